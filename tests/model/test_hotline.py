"""The hotline: hours, menu, patience, lines, priorities, skills, shifts."""

from math import isnan

import pytest

from simnet.records import CallEnd, Outcome

MORNING = "Mon 08:00-09:00"


def types(**kinds):
    return {"call_types": kinds}


def team(agents=1, hours="24/7", **more):
    return {"shifts": [{"agents": agents, "hours": hours}], **more}


def test_who_calls_while_it_is_closed_calls_again_after_the_opening(sim):
    told = sim.tell(
        sim.unit(at=2),
        hotline=sim.hotline(hours="Mon-Fri 08:00-16:00") | {"hours": "Mon-Fri 08:00-16:00",
                                                            "redial": {"delay": 0.5}},
    )  # fmt: skip
    assert told.called == [2.0]
    assert told.answered == [8.5]
    assert told.attempts == [1]  # the closed line is no attempt
    assert told.rows("calls", "begun", "left", "end") == [
        (2.0, 2.0, CallEnd.CLOSED),
        (8.5, 8.5, CallEnd.ANSWERED),
    ]


@pytest.mark.parametrize(("at", "answered"), [(8, 8.0), (15.75, 15.75), (16, 32.5)])
def test_opening_belongs_to_the_hours_and_closing_does_not(sim, at, answered):
    hours = "Mon-Fri 08:00-16:00"
    told = sim.tell(
        sim.unit(at=at), hotline=sim.hotline(hours=hours, redial={"delay": 0.5}) | {"hours": hours}
    )
    assert told.answered == [answered]


def test_a_long_wait_after_the_opening_still_falls_into_its_hours(sim):
    told = sim.tell(
        sim.unit(at=2), hotline=sim.hotline(redial={"delay": 9}) | {"hours": "Mon-Fri 08:00-16:00"}
    )
    assert told.answered == [9.0]  # 9 h round the 8 h of the day


def test_who_calls_after_the_last_opening_stays_open(sim):
    told = sim.tell(sim.unit(at=10), horizon=100, hotline=sim.hotline() | {"hours": MORNING})
    assert told.outcome == [Outcome.OPEN]
    assert told.attempts == [0]
    assert isnan(told.triaged[0])
    assert told.rows("calls", "end") == [(CallEnd.CLOSED,)]


def test_the_menu_comes_before_the_queue(sim):
    told = sim.tell(sim.unit(at=10), hotline=sim.hotline(menu=0.25))
    assert told.rows("calls", "begun", "queued", "left", "ended") == [(10.0, 10.25, 10.25, 10.75)]
    assert told.answered == [10.25]
    assert told.triaged == [10.75]


def test_the_menu_helps_some_without_an_agent(sim):
    told = sim.tell(
        sim.unit(at=10, call_type="simple"),
        sim.unit(at=10),
        hotline=sim.hotline(menu=0.25, **types(technical={"talk": 0.5},
                                              simple={"self_service": 1})),
    )  # fmt: skip
    assert told.outcome == [Outcome.SELF_SERVICE, Outcome.REFERRED]
    assert told.triaged == [10.25, 10.75]
    assert told.closed == [10.25, 10.75]
    assert isnan(told.answered[0])
    assert told.rows("calls", "agent", "end") == [
        (-1, CallEnd.SELF_SERVICE),
        (0, CallEnd.ANSWERED),
    ]


def busy_until_noon(sim, *others, **hotline):
    """One agent talks from 10 to 12; who comes in between waits."""
    return sim.tell(
        sim.unit(at=10, call_type="long"),
        *others,
        hotline=sim.hotline(**{**types(technical={"talk": 0.5}, long={"talk": 2}), **hotline}),
    )


def test_patience_ends_and_the_caller_calls_again(sim):
    told = busy_until_noon(
        sim,
        sim.unit(at=10.5),
        patience=0.5,
        redial={"chance": 1, "delay": 0.375, "attempts": 3},
    )
    assert told.rows("calls", "case", "attempt", "begun", "left", "end")[1:] == [
        (1, 0, 10.5, 11.0, CallEnd.ABANDONED),
        (1, 1, 11.375, 11.875, CallEnd.ABANDONED),
        (1, 2, 12.25, 12.25, CallEnd.ANSWERED),
    ]
    assert told.attempts == [1, 3]
    assert told.answered == [10.0, 12.25]


def test_nobody_calls_more_often_than_the_limit(sim):
    told = busy_until_noon(
        sim,
        sim.unit(at=10.5),
        patience=0.5,
        redial={"chance": 1, "delay": 0.375, "attempts": 2},
    )
    assert told.outcome[1] == Outcome.ABANDONED
    assert told.closed[1] == 11.875
    assert isnan(told.triaged[1])


def test_who_does_not_call_again_is_lost_at_once(sim):
    told = busy_until_noon(sim, sim.unit(at=10.5), patience=0.5, redial={"chance": 0})
    assert told.outcome[1] == Outcome.ABANDONED
    assert told.attempts[1] == 1
    assert told.closed[1] == 11.0


def test_an_agent_who_gets_free_just_when_patience_ends_takes_the_call(sim):
    told = busy_until_noon(sim, sim.unit(at=11.5), patience=0.5)
    assert told.answered[1] == 12.0


def test_a_caller_whose_patience_lasts_a_little_less_is_gone(sim):
    told = busy_until_noon(sim, sim.unit(at=11.25), patience=0.5, redial={"chance": 0})
    assert told.outcome[1] == Outcome.ABANDONED


def test_callers_in_the_queue_hold_lines_and_the_next_one_is_blocked(sim):
    told = busy_until_noon(
        sim, sim.unit(at=10.25), sim.unit(at=10.5), lines=2, redial={"chance": 0}
    )
    assert told.outcome == [Outcome.REFERRED, Outcome.REFERRED, Outcome.ABANDONED]
    assert told.rows("calls", "begun", "left", "end")[2] == (10.5, 10.5, CallEnd.BLOCKED)
    assert told.closed[2] == 10.5


def test_a_blocked_caller_may_call_again(sim):
    told = busy_until_noon(
        sim, sim.unit(at=10.5), lines=1, redial={"chance": 1, "delay": 1, "attempts": 3}
    )
    ends = [row[0] for row in told.rows("calls", "end")]
    assert ends == [CallEnd.ANSWERED, CallEnd.BLOCKED, CallEnd.BLOCKED, CallEnd.ANSWERED]
    assert told.answered[1] == 12.5


def test_after_call_work_keeps_the_agent_but_neither_the_customer_nor_the_line(sim):
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=10.75),
        hotline=sim.hotline(lines=1, redial={"chance": 0},
                            **types(technical={"talk": 0.5, "after_call": 1})),
    )  # fmt: skip
    assert told.triaged[0] == 10.5
    assert told.closed[0] == 10.5
    assert told.outcome[1] == Outcome.REFERRED  # the line was free
    assert told.answered[1] == 11.5
    assert told.rows("calls", "left", "ended") == [(10.0, 11.5), (11.5, 13.0)]


def test_first_come_is_first_served(sim):
    told = busy_until_noon(sim, sim.unit(at=11), sim.unit(at=10.5))
    assert told.answered == [10.0, 12.5, 12.0]


def test_a_call_type_of_higher_priority_goes_first(sim):
    told = busy_until_noon(
        sim,
        sim.unit(at=10.5),
        sim.unit(at=11.5, call_type="urgent"),
        **types(technical={"talk": 0.5}, long={"talk": 2}, urgent={"talk": 0.5, "priority": 1}),
    )
    assert told.answered == [10.0, 12.5, 12.0]


def test_a_tier_of_higher_priority_goes_first(sim):
    told = busy_until_noon(
        sim,
        sim.unit(at=10.5),
        sim.unit(at=11.5, tiers={"gold": {"priority": 2}}),
    )
    assert told.answered == [10.0, 12.5, 12.0]


def test_priorities_of_type_and_tier_add_up(sim):
    told = busy_until_noon(
        sim,
        sim.unit(at=10.5, tiers={"gold": {"priority": 2}}),
        sim.unit(at=11, tiers={"silver": {"priority": 1}}, call_type="urgent"),
        sim.unit(at=11.5, tiers={"gold": {"priority": 2}}, call_type="urgent"),
        **types(technical={"talk": 0.5}, long={"talk": 2}, urgent={"talk": 0.5, "priority": 1}),
    )
    # 2 + 0 and 1 + 1 are equal, so that the longer wait decides; 2 + 1 goes before both
    assert told.answered == [10.0, 12.5, 13.0, 12.0]


@pytest.mark.parametrize(("head_start", "answered"), [(0.75, [12.5, 12.0]), (0.25, [12.0, 12.5])])
def test_a_head_start_counts_as_time_waited(sim, head_start, answered):
    told = busy_until_noon(
        sim,
        sim.unit(at=10.5),
        sim.unit(at=11, call_type="favoured"),
        **types(
            technical={"talk": 0.5},
            long={"talk": 2},
            favoured={"talk": 0.5, "head_start": head_start},
        ),
    )
    assert told.answered[1:] == answered


def test_no_head_start_beats_a_priority(sim):
    told = busy_until_noon(
        sim,
        sim.unit(at=11.5, call_type="urgent"),
        sim.unit(at=10.5, call_type="favoured"),
        **types(
            technical={},
            long={"talk": 2},
            urgent={"talk": 0.5, "priority": 1},
            favoured={"talk": 0.5, "head_start": 100},
        ),
    )
    assert told.answered[1:] == [12.0, 12.5]


def test_the_team_listed_first_goes_first(sim):
    kinds = {"technical": {"talk": 1}, "design": {"talk": 1}}
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=10.25),
        hotline={"call_types": kinds, "teams": {"all": team(), "experts": team()}},
    )
    assert [row[0] for row in told.rows("calls", "agent")] == [0, 1]
    assert told.answered == [10.0, 10.25]


def test_a_team_takes_only_what_it_has_the_skill_for(sim):
    kinds = {"technical": {"talk": 1}, "design": {"talk": 1}}
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=10.25),
        sim.unit(at=10.5, call_type="design"),
        hotline={
            "call_types": kinds,
            "teams": {
                "designers": team(skills=["design"]),
                "technicians": team(skills=["technical"]),
            },
        },
    )
    assert told.answered == [10.0, 11.0, 10.5]
    assert told.rows("calls", "case", "agent") == [(0, 1), (1, 1), (2, 0)]


def test_an_agent_of_two_skills_takes_who_waited_longest(sim):
    kinds = {"technical": {"talk": 1}, "design": {"talk": 1}}
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=10.5, call_type="design"),
        sim.unit(at=10.25),
        hotline={"call_types": kinds, "teams": {"all": team()}},
    )
    assert told.answered == [10.0, 12.0, 11.0]


def test_in_a_team_who_has_been_idle_longest_goes_first(sim):
    told = sim.tell(*(sim.unit(at=t) for t in (10, 11, 12)), hotline=sim.hotline(agents=2))
    assert [row[0] for row in told.rows("calls", "agent")] == [0, 1, 0]


def test_an_agent_finishes_the_call_after_the_shift_and_takes_no_other(sim):
    told = sim.tell(
        sim.unit(at=15.75), sim.unit(at=15.875), hotline=sim.hotline(hours="Mon-Fri 08:00-16:00")
    )
    assert told.triaged[0] == 16.25
    assert told.answered[1] == 32.0  # Tuesday, 08:00


def test_who_waits_when_the_line_closes_is_not_sent_away(sim):
    hours = "Mon-Fri 08:00-16:00"
    told = sim.tell(
        sim.unit(at=15.75), sim.unit(at=15.875), hotline=sim.hotline(hours=hours) | {"hours": hours}
    )
    assert told.answered[1] == 32.0
    assert told.attempts[1] == 1


def test_nobody_answers_in_a_break(sim):
    shift = {"agents": 1, "hours": "Mon-Fri 08:00-16:00", "breaks": "Mon-Fri 12:00-13:00"}
    told = sim.tell(
        sim.unit(at=11.75),
        sim.unit(at=12.125),
        sim.unit(at=36.5),
        hotline=sim.hotline() | {"teams": {"all": {"shifts": [shift]}}},
    )
    assert told.triaged[0] == 12.25  # the break waits until the call is over
    assert told.answered == [11.75, 13.0, 37.0]


def test_shifts_of_a_team_follow_each_other(sim):
    shifts = [
        {"agents": 1, "hours": "Mon-Fri 08:00-12:00"},
        {"agents": 1, "hours": "Mon-Fri 12:00-16:00"},
    ]
    told = sim.tell(
        sim.unit(at=11.75),
        sim.unit(at=11.875),
        hotline=sim.hotline() | {"teams": {"all": {"shifts": shifts}}},
    )
    assert told.answered == [11.75, 12.0]
    assert told.rows("calls", "agent", "left", "ended") == [(0, 11.75, 12.25), (1, 12.0, 12.5)]


def test_shrinkage_takes_its_share_of_each_shift(sim):
    lessened = {"all": team(hours="Mon-Fri 08:00-16:00", shrinkage=0.5)}
    hotline = sim.hotline() | {"teams": lessened}
    staff = sim.tell(sim.unit(at=10), hotline=hotline).run.records.staff
    # the absence begins within the shift or goes round its end: find a shift that it splits
    day = staff.start // 24
    split = next(i for i in range(len(day)) if day[i] == day[i + 1])
    leaves, back = staff.end[split], staff.start[split + 1]
    assert back - leaves == pytest.approx(4)
    told = sim.tell(sim.unit(at=(leaves + back) / 2), hotline=hotline)
    assert told.answered == [back]


def test_a_call_may_mend_the_unit(sim):
    told = sim.tell(
        sim.unit(at=10, remote_fix=1), hotline=sim.hotline(), outlets=sim.outlets(here={})
    )
    assert told.outcome == [Outcome.REMOTE_FIX]
    assert told.closed == told.triaged == [10.5]
    assert told.outlet == [-1]


def test_a_mode_has_its_own_chance_of_a_remote_fix(sim):
    told = sim.tell(
        sim.unit(at=10),
        sim.unit(at=20, remote_fix=0),
        hotline=sim.hotline(**types(technical={"talk": 0.5, "remote_fix": 1})),
        outlets=sim.outlets(here={}),
    )
    assert told.outcome == [Outcome.REMOTE_FIX, Outcome.REPAIRED]


def test_the_call_settles_a_question(sim):
    told = sim.tell(hotline=sim.hotline(agents=50), enquiries={"how": {"per_week": 50}})
    assert len(told.outcome) > 50
    assert set(told.outcome) == {Outcome.ANSWERED}
    assert told.triaged == [t + 0.5 for t in told.answered]


def test_without_outlets_a_case_ends_with_the_call(sim):
    told = sim.tell(sim.unit(at=10), hotline=sim.hotline())
    assert told.outcome == [Outcome.REFERRED]
    assert told.closed == [10.5]


def test_without_a_hotline_a_case_is_known_at_once(sim):
    told = sim.tell(
        sim.unit(at=10), outlets=sim.outlets(here={}), enquiries={"how": {"per_week": 5}}
    )
    assert told.called[0] == told.answered[0] == told.triaged[0] == told.assigned[0] == 10.0
    assert set(told.outcome[1:]) == {Outcome.ANSWERED}
