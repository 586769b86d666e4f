"""Where a case, or another event's subject, goes on: the model's `yield`s by name.

Plain numbers, and not an enumeration, since they are kept in records.
"""

(
    NOW,  # at once: the stage before has just ended
    FAILS, CALLS, MENDED_ELSEWHERE,
    # the hotline
    LINE_OPENS, CALLS_AGAIN, MENU_ENDS, LEAVES_QUEUE, TALK_ENDS,
    # the desk
    DESK_CHOOSES, OUTLET_KNOWS, TAKEN_FROM_BOARD,
    # the outlet
    REACHES_COUNTER, ACCEPTED, NEEDS_PART, PART_COMES, HAS_PART, TECHNICIAN_COMES, ARRIVES,
    REPAIR_ENDS,
    # the central workshop
    UNIT_AT_OUTLET, AT_WORKSHOP, BENCH_BEGINS, BENCH_ENDS, UNIT_BACK, UNIT_BROUGHT_BACK,
    # what no case waits for
    PATIENCE_ENDS, WRAPPED_UP, HOME, TAKES_UNIT_HOME, BOARD_READ, SHIPMENT_ARRIVES, TRUCK_HOME,
) = range(33)  # fmt: skip
