#include "console/api/request/queue_history.h"

#include <utility>

namespace penstock::console {
namespace {

using Known = std::optional<std::int64_t>;

void bind(sqlite::Statement& statement, int index, const Known& value) {
  if (value) {
    statement.bind(index, *value);
  } else {
    statement.bind_null(index);
  }
}

Known integer(const sqlite::Statement& row, int column) {
  return row.is_null(column) ? Known() : Known(row.integer(column));
}

std::optional<double> real(const sqlite::Statement& row, int column) {
  return row.is_null(column) ? std::optional<double>() : std::optional<double>(row.real(column));
}

}  // namespace

Result<QueueHistory> QueueHistory::open(const std::string& path) {
  sqlite::Database::Options options;
  options.sync = sqlite::Sync::kNormal;  // A power cut may cost the last minutes.
  options.busy_timeout_ms = 2'000;
  auto database = sqlite::Database::open(path, options);
  if (!database) return fail(database.error());
  PENSTOCK_TRY(database->execute(
      "CREATE TABLE IF NOT EXISTS samples(minute INTEGER PRIMARY KEY, depth INTEGER, "
      "oldest_ms INTEGER, dead INTEGER, seconds INTEGER, messages_in INTEGER, "
      "messages_out INTEGER, events_out INTEGER)"));
  return QueueHistory(std::move(*database));
}

Result<void> QueueHistory::add(const QueueSample& sample) {
  auto insert = database_.prepare("INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  insert->bind(1, sample.at_s / kHistoryStepS);
  bind(*insert, 2, sample.depth);
  bind(*insert, 3, sample.oldest_ms);
  bind(*insert, 4, sample.dead);
  bind(*insert, 5, sample.seconds);
  bind(*insert, 6, sample.messages_in);
  bind(*insert, 7, sample.messages_out);
  bind(*insert, 8, sample.events_out);
  PENSTOCK_TRY(insert->run());
  auto remove = database_.prepare("DELETE FROM samples WHERE minute < ?");
  if (!remove) return fail(remove.error());
  return remove->bind(1, (sample.at_s - kHistoryKeptS) / kHistoryStepS).run();
}

// A rate is over the seconds of those samples alone that know the number.
Result<std::vector<QueueStep>> QueueHistory::read(std::int64_t from_s, std::int64_t to_s,
                                                  std::int64_t step_s) {
  const std::int64_t minutes = step_s / kHistoryStepS;
  auto rows = database_.prepare(
      "SELECT minute / ?1, max(depth), max(oldest_ms), max(dead), "
      "60.0 * sum(messages_in) / sum(iif(messages_in IS NULL, 0, seconds)), "
      "60.0 * sum(messages_out) / sum(iif(messages_out IS NULL, 0, seconds)), "
      "60.0 * sum(events_out) / sum(iif(events_out IS NULL, 0, seconds)) "
      "FROM samples WHERE minute >= ?2 AND minute < ?3 GROUP BY 1 ORDER BY 1");
  if (!rows) return fail(rows.error());
  rows->bind(1, minutes).bind(2, from_s / kHistoryStepS);
  rows->bind(3, (to_s + kHistoryStepS - 1) / kHistoryStepS);
  std::vector<QueueStep> steps;
  while (true) {
    const auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return steps;
    QueueStep& step = steps.emplace_back();
    step.at_s = rows->integer(0) * step_s;
    step.depth = integer(*rows, 1);
    step.oldest_ms = integer(*rows, 2);
    step.dead = integer(*rows, 3);
    step.messages_in = real(*rows, 4);
    step.messages_out = real(*rows, 5);
    step.events_out = real(*rows, 6);
  }
}

}  // namespace penstock::console
