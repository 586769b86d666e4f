"""Small networks that together have all that costs money or takes time."""

LAT, LON = 49.6, 6.1
DRIVERS = (
    "setup", "month", "technician_month", "duty_hour", "overtime_hour", "case", "visit",
    "repair_hour", "travel_hour", "km", "part_cost", "part_price", "promise_kept",
    "promise_missed", "unit_sold", "sales_value",
)  # fmt: skip
PARTIES = ("company", "owner", "customer", "staff", "landlord", "vehicles", "suppliers")


def every_term(first_amount):
    """Terms for every driver in and out of warranty, between all parties in turn."""
    pairs = [(a, b) for a in PARTIES for b in PARTIES if a != b]
    found, number = [], 0
    for driver in DRIVERS:
        for when in ("always", "in_warranty", "out_of_warranty"):
            payer, payee = pairs[11 * number % len(pairs)]
            number += 1
            found.append(
                {"payer": payer, "payee": payee, "per": driver, "when": when,
                 "amount": first_amount + 0.37 * number,
                 "category": f"for {driver}" if when == "always" else "sundries"}
            )  # fmt: skip
        # who earns and who loses with the same driver; one pays himself
        for payer, payee in (("owner", "company"), ("company", "owner"), ("staff", "staff")):
            number += 1
            found.append(
                {"payer": payer, "payee": payee, "per": driver,
                 "amount": first_amount + 0.41 * number, "category": f"{payer}: {driver}"}
            )  # fmt: skip
    return found


def exponential(mean):
    return {"law": "exponential", "mean": mean}


RICH = {
    "start": "2026-01-20",
    "horizon": 1353.5,
    "warm_up": 250,
    "seed": 4,
    "products": {
        "fridge": {
            "price": 500, "unit_cost": 210, "mass": 40, "elsewhere": 60,
            "warranty": 500, "comes_after_warranty": 0.7, "end_of_life": 1500,
            "failure": exponential(400),
            "modes": {
                "pump": {"share": 2, "part": "pump", "part_chance": 0.8, "first_time_fix": 0.6,
                         "second_part": "board", "repair": exponential(1.5), "workshop": 0.2},
                "board": {"share": 1, "part": "board", "repair": exponential(1),
                          "first_time_fix": 0.7, "remote_fix": 0.3, "second_repair": 2},
            },
            "tiers": {
                "gold": {"share": 0.4, "promise": 12, "priority": 1},
                "tin": {"share": 0.3, "promise": 40, "of": "resolution"},
                "bare": {"share": 0.3, "promise": None},
            },
            "sales": 25,
            "in_field": {"units": 60, "age": {"law": "uniform", "low": 0, "high": 1600}},
        },
        "lamp": {
            "price": 80, "unit_cost": 33, "mass": 3, "failure": exponential(700), "sales": 15,
            "in_field": {"units": 20}, "elsewhere": 90,
            "modes": {"glass": {"share": 1, "part": "glass", "call_type": "design"}},
            "tiers": {"one": {"share": 0.5, "promise": 30}, "two": {"share": 0.5, "promise": 20,
                                                                    "of": "resolution"}},
        },
    },
    "markets": {
        "places": {
            "centre": {"lat": LAT, "lon": LON, "weight": 3, "spread": 10},
            "edge": {"lat": LAT + 0.4, "lon": LON + 0.4, "weight": 2, "sales": {"lamp": 9}},
            "nobody": {"lat": LAT - 5, "lon": LON, "weight": 0},
        }
    },
    "reporting": {"delay": 1},
    "enquiries": {
        "how": {"per_week": 18, "call_type": "design", "promise": 1},
        "check": {"per_week": 5, "in_warranty": False, "promise": 20, "remote_fix": 0.2,
                  "work": {"part": "glass", "part_chance": 0.5, "repair": exponential(0.8)}},
        "care": {"per_week": 4, "remote_fix": 0, "work": {"repair": 1, "first_time_fix": 0.5,
                                                          "second_part": "pump"}},
    },
    "hotline": {
        "hours": "Mon-Sat 07:00-20:00",
        "menu": 0.03,
        "patience": exponential(0.2),
        "redial": {"chance": 0.7, "delay": exponential(1), "attempts": 3},
        "lines": 3,
        "service_level_within": 0.1,
        "cost_per_minute": 0.15,
        "call_types": {
            "technical": {"talk": exponential(0.6), "after_call": 0.3, "remote_fix": 0.15,
                          "self_service": 0.05, "priority": 1},
            "design": {"talk": exponential(0.9), "self_service": 0.2, "after_call": 0.1},
        },
        "teams": {
            "first": {"wage": 11, "shrinkage": 0.2, "shifts": [
                {"agents": 2, "hours": "Mon-Fri 07:30-15:00", "breaks": "12:00-13:00"},
                {"agents": 1, "hours": "Mon-Sat 11:00-19:00"}]},
            "second": {"wage": 17, "skills": ["design"], "shifts": [
                {"agents": 1, "hours": "Mon-Sat 09:00-18:00", "breaks": "Mon-Fri 15:00-15:30"}]},
        },
    },
    "dispatch": {"policy": "nearest_free", "coordination": 0.2},
    "outlets": {
        "defaults": {"lane": "fleet", "detour": 1.2, "radius": 300},
        "places": {
            "ours": {"lat": LAT, "lon": LON, "contract": "own", "technicians": 2,
                     "capacity_share": 0.8, "hours": "Mon-Fri 08:00-17:00"},
            "theirs": {"lat": LAT + 0.4, "lon": LON + 0.5, "contract": "others", "technicians": 1,
                       "lane": "slow", "speed": 30},
            "counter": {"lat": LAT + 0.1, "lon": LON, "contract": "others", "technicians": 1,
                        "service": "carry_in", "existing": True, "hours": "Mon-Sat 10:00-16:00"},
            "crowd": {"lat": LAT, "lon": LON - 0.6, "contract": "own", "technicians": "unlimited",
                      "radius": 80, "stock": {"pump": {"base_stock": 2}}},
        },
    },
    "parts": {
        "pump": {"cost": 55, "price": 90, "mass": 4, "outlet_stock": {"base_stock": 1},
                 "depot_stock": {"reorder_point": 2, "order_quantity": 4}, "emergency": True,
                 "repairable": 0.6, "workshop_time": exponential(60), "workshop_cost": 9,
                 "supplier_lead_time": exponential(150)},
        "board": {"cost": 21, "mass": 0.5, "supplier_lead_time": exponential(90),
                  "outlet_stock": {"reorder_below": 0, "order_up_to": 2},
                  "depot_stock": {"reorder_below": 1, "order_up_to": 4}},
        "glass": {"cost": 6, "price": 8, "mass": 2, "repairable": 0.3, "workshop_time": 20,
                  "mended_at_outlet": 0.5, "outlet_cost": 3,
                  "outlet_stock": {"reorder_point": 0, "order_quantity": 2},
                  "supplier_lead_time": exponential(60)},
    },
    "logistics": {
        "depot": {"lat": LAT + 0.2, "lon": LON + 0.1, "per_month": 700},
        "carriers": {
            "slow": {"base": 20, "speed": 40, "factor": {"law": "uniform", "low": 0.5, "high": 1.5},
                     "per_shipment": 4, "per_kg": 0.3, "per_km": 0.2, "per_kg_km": 0.015},
            "quick": {"base": 3, "per_shipment": 11, "per_kg": 0.9, "per_km": 0.5,
                      "per_kg_km": 0.025},
        },
        "emergency": "quick",
        "returns": "slow",
        "lane": "slow",
        "fleet": {"departures": "Mon-Fri 06:00", "trucks": 2, "capacity": 6, "stops_per_tour": 2,
                  "per_km": 0.7, "per_truck_day": 45},
        "workshop": {"technicians": 1, "hours": "Mon-Fri 08:00-18:00", "repair": exponential(6),
                     "wage": 31, "mends_parts": True},
        "holding_rate": 0.12,
    },
    "contracts": {
        "own": {"owned": True, "terms": every_term(1)},
        "others": {"refusal": 0.3, "coordination": 1, "terms": every_term(2.5)},
    },
}  # fmt: skip
"""months that are not whole, figures from hour 250 on"""

BOARD = {
    "start": "2025-12-01",
    "horizon": 62 * 24,
    "warm_up": 100,
    "seed": 6,
    "products": {
        "fridge": {
            "price": 700, "warranty": 600, "comes_after_warranty": 0.5, "mass": 30,
            "failure": exponential(500), "in_field": {"units": 80}, "sales": {"per_month": 12},
            "modes": {"any": {"share": 1, "part": "pump", "repair": exponential(2),
                              "first_time_fix": 0.8, "workshop": 0.5}},
            "tiers": {"all": {"promise": 24, "of": "resolution"}},
        }
    },
    "markets": {
        "places": {
            "centre": {"lat": LAT, "lon": LON, "spread": 15},
            "edge": {"lat": LAT + 0.3, "lon": LON},
        }
    },
    "enquiries": {
        "care": {"per_week": 6, "work": {"repair": 1}, "in_warranty": False, "promise": 5},
        "how": {"per_week": 2},
    },
    "dispatch": {"policy": "central_board"},
    "outlets": {
        "places": {
            "own": {"lat": LAT, "lon": LON, "technicians": 1, "hours": "Mon-Fri 09:00-16:00"},
            "partner": {"lat": LAT + 0.3, "lon": LON, "contract": "partner", "technicians": 1},
            "agent": {"lat": LAT + 0.6, "lon": LON + 0.2, "contract": "agent", "technicians": 1,
                      "service": "carry_in", "hours": "Sat-Sun 10:00-18:00"},
        }
    },
    "parts": {
        "pump": {"cost": 40, "outlet_stock": {"base_stock": 2}, "depot_stock": {"base_stock": 1},
                 "supplier_lead_time": exponential(100)},
    },
    "logistics": {
        "carriers": {"post": {"base": 15, "speed": None, "per_shipment": 3}},
        "fleet": {},  # trucks that no outlet is supplied by, and that nobody pays for
    },
}  # fmt: skip
"""no hotline, the built-in contracts; whole months across New Year"""

TALK = {
    "horizon": 500,
    "products": {
        "radio": {"failure": exponential(300), "in_field": {"units": 60}, "elsewhere": 40,
                  "price": 20, "sales": 30, "unit_cost": 15, "end_of_life": 450,
                  "modes": {"any": {"share": 1, "remote_fix": 0.4}}}},
    "enquiries": {"how": {"per_week": 15, "promise": 0.2}},
    "hotline": {
        "patience": 6,
        "redial": {"chance": 0.2},
        "service_level_within": 0,
        "cost_per_minute": 0.2,
        "call_types": {"technical": {"talk": exponential(0.5)}},
        "teams": {"all": {"shifts": [{"agents": 1, "hours": "Mon-Sun 06:00-15:00"}]}},
    },
}  # fmt: skip
"""no outlets: who needs a visit is referred to others"""

VISITS = {
    "horizon": 706,
    "warm_up": 20,
    "enquiries": {
        "care": {"per_week": 20, "promise": 30,
                 "work": {"repair": exponential(2), "first_time_fix": 0.7}}},
    "outlets": {"places": {"here": {"hours": "Mon-Fri 09:00-13:00", "last_start": 0.5},
                           "there": {"contract": "partner", "technicians": 0}}},
    "dispatch": {"policy": "shortest_wait"},
}  # fmt: skip
"""no products, no hotline, no parts"""

SALES = {
    "horizon": 1000,
    "products": {"toy": {"failure": exponential(400), "sales": 50, "elsewhere": 30}},
}
"""neither hotline nor outlets, and nothing that costs"""

CLOCKWORK = {
    "start": "2026-01-01",
    "horizon": 1000,
    "warm_up": 100,
    "products": {
        name: {"failure": at, "in_field": {"units": 1}, "end_of_life": at + 20,
               "modes": {"any": {"share": 1, "part": "pump", "repair": 2}},
               "tiers": {"all": {"promise": 2, "of": "resolution"}}}
        for name, at in (("early", 100), ("late", 744))
    },
    "hotline": {"call_types": {"technical": {"talk": 0}},
                "teams": {"all": {"shifts": [{"agents": 1, "hours": "24/7"}]}}},
    "outlets": {"places": {"here": {"technicians": "unlimited"}}},
    "parts": {"pump": {"outlet_stock": {"base_stock": 1}, "depot_stock": {"base_stock": 3}}},
}  # fmt: skip
"""one failure at the very end of the warm-up and one when a month begins; in time to the minute"""

_NETWORKS = {
    "clockwork": CLOCKWORK,
    "rich": RICH,
    "board": BOARD,
    "talk": TALK,
    "visits": VISITS,
    "sales": SALES,
}
NETWORKS = {name: {"follow_up": 0, **data} for name, data in _NETWORKS.items()}
"""they end at the horizon, with all that is not over then"""
