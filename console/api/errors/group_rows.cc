#include "console/api/errors/group_rows.h"

#include "base/text.h"

namespace penstock::console {
namespace {

constexpr std::string_view kSelect =
    "SELECT error_groups.id, project, fingerprint, name, said, class, message, place, level, "
    "source, count, first_seen_at, last_seen_at, first_release, last_release, sample_id, hour, "
    "hour_count, peak_hour, peak_count, state, state_at, state_by, resolved_release, "
    "mute_until_count, mute_hour_max, reopened_at, reopened_by, assignee_id, "
    "coalesce(users.email, '') FROM error_groups LEFT JOIN users ON users.id = assignee_id ";

// Those that bind_values() binds, in its order.
constexpr std::string_view kValues[] = {"class",
                                        "message",
                                        "place",
                                        "level",
                                        "source",
                                        "count",
                                        "first_seen_at",
                                        "last_seen_at",
                                        "first_release",
                                        "last_release",
                                        "sample_id",
                                        "hour",
                                        "hour_count",
                                        "peak_hour",
                                        "peak_count",
                                        "state",
                                        "state_at",
                                        "state_by",
                                        "resolved_release",
                                        "mute_until_count",
                                        "mute_hour_max",
                                        "reopened_at",
                                        "reopened_by",
                                        "assignee_id"};
constexpr int kValueCount = static_cast<int>(std::size(kValues));

std::uint64_t count_at(const sqlite::Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

ErrorGroup group_of(const sqlite::Statement& row) {
  ErrorGroup group;
  group.id = row.integer(0);
  group.key = {std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
               std::string(row.text(4))};
  group.class_name = row.text(5);
  group.message = row.text(6);
  group.place = row.text(7);
  group.level = row.text(8);
  group.source = row.text(9);
  group.count = count_at(row, 10);
  group.first_seen_ms = row.integer(11);
  group.last_seen_ms = row.integer(12);
  group.first_release = row.text(13);
  group.last_release = row.text(14);
  group.sample_id = row.text(15);
  group.hour = row.integer(16);
  group.hour_count = count_at(row, 17);
  group.peak_hour = row.integer(18);
  group.peak_count = count_at(row, 19);
  group.state = group_state_of(row.text(20)).value_or(GroupState::kOpen);
  group.state_at_ms = row.integer(21);
  group.state_by = row.text(22);
  group.resolved_release = row.text(23);
  group.mute_until_count = count_at(row, 24);
  group.mute_hour_max = count_at(row, 25);
  group.reopened_at_ms = row.integer(26);
  group.reopened_by = row.text(27);
  if (!row.is_null(28)) group.assignee_id = row.integer(28);
  group.assignee = row.text(29);
  return group;
}

void bind_values(sqlite::Statement& statement, const ErrorGroup& group) {
  statement.bind(1, group.class_name)
      .bind(2, group.message)
      .bind(3, group.place)
      .bind(4, group.level)
      .bind(5, group.source)
      .bind(6, group.count)
      .bind(7, group.first_seen_ms)
      .bind(8, group.last_seen_ms)
      .bind(9, group.first_release)
      .bind(10, group.last_release)
      .bind(11, group.sample_id)
      .bind(12, group.hour)
      .bind(13, group.hour_count)
      .bind(14, group.peak_hour)
      .bind(15, group.peak_count)
      .bind(16, to_text(group.state))
      .bind(17, group.state_at_ms)
      .bind(18, group.state_by)
      .bind(19, group.resolved_release)
      .bind(20, group.mute_until_count)
      .bind(21, group.mute_hour_max)
      .bind(22, group.reopened_at_ms)
      .bind(23, group.reopened_by);
  if (group.assignee_id) {
    statement.bind(kValueCount, *group.assignee_id);
  } else {
    statement.bind_null(kValueCount);
  }
}

Result<std::optional<ErrorGroup>> first_of(sqlite::Statement& query) {
  const auto has_row = query.step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return std::optional<ErrorGroup>();
  return std::optional(group_of(query));
}

}  // namespace

Result<std::optional<ErrorGroup>> find_group(sqlite::Database& database, std::int64_t id) {
  auto query = database.prepare(str_cat(kSelect, "WHERE error_groups.id = ?"));
  if (!query) return fail(query.error());
  query->bind(1, id);
  return first_of(*query);
}

Result<std::optional<ErrorGroup>> find_group(sqlite::Database& database, const ErrorKey& key) {
  auto query = database.prepare(
      str_cat(kSelect, "WHERE project = ? AND fingerprint = ? AND name = ? AND said = ?"));
  if (!query) return fail(query.error());
  query->bind(1, key.project).bind(2, key.fingerprint).bind(3, key.name).bind(4, key.said);
  return first_of(*query);
}

Result<void> insert_group(sqlite::Database& database, ErrorGroup& group) {
  std::string names;
  std::string places;
  for (const std::string_view name : kValues) {
    names += str_cat(name, ", ");
    places += "?, ";
  }
  auto insert = database.prepare(str_cat("INSERT INTO error_groups (", names,
                                         "project, fingerprint, name, said) VALUES (", places,
                                         "?, ?, ?, ?)"));
  if (!insert) return fail(insert.error());
  bind_values(*insert, group);
  insert->bind(kValueCount + 1, group.key.project)
      .bind(kValueCount + 2, group.key.fingerprint)
      .bind(kValueCount + 3, group.key.name)
      .bind(kValueCount + 4, group.key.said);
  PENSTOCK_TRY(insert->run());
  group.id = database.last_row_id();
  return {};
}

Result<void> update_group(sqlite::Database& database, const ErrorGroup& group) {
  std::string sql = "UPDATE error_groups SET ";
  for (const std::string_view name : kValues) sql += str_cat(name, " = ?, ");
  sql.resize(sql.size() - 2);
  auto update = database.prepare(str_cat(sql, " WHERE id = ?"));
  if (!update) return fail(update.error());
  bind_values(*update, group);
  update->bind(kValueCount + 1, group.id);
  return update->run();
}

Result<std::int64_t> groups_revision(sqlite::Database& database) {
  auto query = database.prepare("SELECT revision FROM error_progress");
  if (!query) return fail(query.error());
  const auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  return query->integer(0);
}

Result<void> advance_groups_revision(sqlite::Database& database) {
  return database.execute("UPDATE error_progress SET revision = revision + 1");
}

}  // namespace penstock::console
