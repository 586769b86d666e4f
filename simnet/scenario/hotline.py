"""The hotline: call types, teams with shifts, patience; and the enquiries that reach it."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from .law import Exponential, Gamma, Law, constant
from .product import Work
from .quantity import IN_EUROS, Hours, Model, Money, NonNegative, Share, Tariff
from .week import Profile, WeekHours, parse_week


class CallType(Model):
    """A kind of question."""

    talk: Law = Field(default_factory=lambda: constant(5 / 60))
    """time on the telephone"""
    after_call: Law = Field(default_factory=lambda: constant(0.0))
    """the agent's work after the call"""
    remote_fix: Share = 0.0
    """chance that the call mends a failure (a failure mode may have its own)"""
    self_service: Share = 0.0
    """share of callers whom the menu helps without an agent"""
    priority: int = 0
    """higher goes first, strictly"""
    head_start: Hours = 0.0
    """among calls of one priority: counts as having waited so much longer"""


class Shift(Model):
    """Agents who work the same weekly hours."""

    agents: Annotated[int, Field(ge=0)]
    """how many"""
    hours: WeekHours = Field(default_factory=lambda: parse_week("Mon-Fri 09:00-17:00"))
    """weekly hours"""
    breaks: WeekHours | None = None
    """weekly hours in which they pause, such as 'Mon-Fri 12:00-12:30'"""


class Team(Model):
    """Agents with the same skills. Where several teams could take a call, the first listed does."""

    shifts: tuple[Shift, ...] = Field(min_length=1)
    """who works when"""
    skills: tuple[str, ...] | None = None
    """call types that the team takes; all where missing"""
    shrinkage: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """share of each shift in which an agent is not to be had, at a random place of the shift"""
    wage: Annotated[Money, IN_EUROS] = 15.0
    """per paid hour"""


class Redial(Model):
    """What a customer does who gave up or was not let in."""

    chance: Share = 0.5
    """chance to call again"""
    delay: Law = Field(
        default_factory=lambda: Exponential.model_validate({"law": "exponential", "mean": 0.5})
    )
    """time until then; who called while it was closed calls so long after the opening"""
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    """calls at most"""


class Hotline(Model):
    """One telephone number for all questions."""

    hours: WeekHours = Field(default_factory=lambda: parse_week("24/7"))
    """when calls are taken; who calls in between calls again after the opening"""
    menu: Law = Field(default_factory=lambda: constant(0.0))
    """time in the menu"""
    patience: Law | None = None
    """time after which a waiting caller gives up; without end where missing"""
    redial: Redial = Field(default_factory=Redial)
    """calling again"""
    lines: Annotated[int, Field(ge=1)] | None = None
    """callers whom the system holds at once, talking or waiting; without limit where missing"""
    service_level_within: Hours = 20 / 3600
    """Y of the service level 'X % answered within Y'"""
    call_types: dict[str, CallType] = Field(
        default_factory=lambda: {
            "design": CallType(talk=constant(10 / 60)),
            "technical": CallType(talk=constant(6 / 60)),
            "after_sales": CallType(talk=constant(4 / 60)),
        },
        min_length=1,
    )
    """kinds of questions"""
    teams: dict[str, Team] = Field(min_length=1)
    """who answers"""
    cost_per_minute: Tariff = 0.0
    """what the telephone company gets for a minute on the line"""

    @model_validator(mode="after")
    def _skills_known(self) -> Self:
        for name, team in self.teams.items():
            for skill in team.skills or ():
                if skill not in self.call_types:
                    known = ", ".join(self.call_types)
                    raise ValueError(
                        f"team '{name}' has the skill '{skill}', which is no call type "
                        f"(call types: {known})"
                    )
        for call_type in self.call_types:
            if not any(
                team.skills is None or call_type in team.skills for team in self.teams.values()
            ):
                raise ValueError(f"no team takes calls of type '{call_type}'")
        return self


class Enquiry(Model):
    """A stream of requests that are no failures: design, technical, after-sales."""

    call_type: str = "technical"
    """call type of the hotline that takes it"""
    per_week: NonNegative | None = None
    """requests a week in all markets together, split by the markets' weights"""
    per_unit_year: NonNegative | None = None
    """requests a year for each unit in the field"""
    product: str | None = None
    """whose units count for per_unit_year; all products where missing"""
    profile: Profile = Field(default_factory=Profile)
    """when in the week they come"""
    day_factor_cv: NonNegative = 0.0
    """coefficient of variation of the day's random factor (gamma, mean 1), common to all markets"""
    work: Work | None = None
    """visit that follows where the call was not enough; none where missing"""
    remote_fix: Share | None = None
    """with work: chance that the call is enough; the call type's where missing"""
    in_warranty: bool = True
    """with work: whether the visit is paid as one in warranty"""
    promise: Hours | None = None
    """promised response time"""

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if (self.per_week is None) == (self.per_unit_year is None):
            raise ValueError("an enquiry has either per_week or per_unit_year")
        if self.day_factor_cv > 0:
            self.day_factor()
        return self

    def day_factor(self) -> Gamma:
        """The law of the day's random factor; raises ValueError where no gamma law has its cv."""
        try:
            return Gamma.model_validate({"law": "gamma", "mean": 1.0, "cv": self.day_factor_cv})
        except ValueError as error:
            raise ValueError(f"day_factor_cv: {self.day_factor_cv:g} is too extreme") from error
