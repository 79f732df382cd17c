// How the rows of a compacted day lie in its file, as SQL made from event/fields.h.
//
// Each text that is worth it is kept once a day (compact_texts), and columns that few combinations
// of values fill once a combination (compact_sorts: what kind of event; compact_agents: by what it
// was sent). compact_rows has a narrow row an event, with the row id that it had. `events` is a
// view of the same columns; triggers of it take what somebody at the sqlite3 tool inserts, changes
// and deletes.
//
// A value of a text column in compact_rows, and of compact_agents.user_agent, is the number of its
// text, or the text itself: what comes late is not looked up. A URL may also be a blob, which is
// what follows "https://", the event's host and its path. received_at is kept as what it is later
// than occurred_at, where both are numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "event/fields.h"

namespace penstock::store {

enum class CompactPlace : std::uint8_t { kRow, kText, kUrl, kReceived, kSort, kAgent, kAgentText };

constexpr bool is_of_agents(CompactPlace place) {
  return place == CompactPlace::kAgent || place == CompactPlace::kAgentText;
}

// Where a field of an event lies.
CompactPlace compact_place(const event::Field& field);

inline constexpr std::string_view kCompactUrlStart = "https://";

// The tables; their indexes and the triggers that note changed rows are for when they are filled.
std::string compact_tables_sql();
std::string compact_indexes_sql();

// The view and its triggers, with `columns` in the order of the table that it replaces.
std::string compact_view_sql(std::span<const std::string> columns);

// A temporary view that stands before it for a connection of ours: with the row id, which a view
// cannot hide as a table does.
const char* compact_rows_view_sql();

// "INSERT INTO compact_X (…) VALUES (?, …)": of the fields of these places, in the list's order.
std::string compact_insert_sql(CompactPlace place);

}  // namespace penstock::store
