#include "console/api/errors/error_groups.h"

#include <utility>

#include "base/text.h"
#include "console/api/auth/console_db.h"
#include "console/api/auth/user_rows.h"
#include "console/api/errors/group_rows.h"
#include "console/api/errors/group_state.h"
#include "console/api/errors/release_order.h"

namespace penstock::console {
namespace {

// For LIKE, by '\'.
std::string like_pattern(std::string_view part) {
  std::string pattern = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  pattern += '%';
  return pattern;
}

GroupNote note_of(const sqlite::Statement& row) {
  GroupNote note;
  note.id = row.integer(0);
  note.group_id = row.integer(1);
  note.author = row.text(2);
  note.at_ms = row.integer(3);
  note.text = row.text(4);
  return note;
}

constexpr std::string_view kNotes = "SELECT id, group_id, author, at, text FROM error_notes ";

Result<std::optional<User>> user_named(sqlite::Database& database, std::string_view email) {
  auto users = all_users(database);
  if (!users) return fail(users.error());
  for (User& user : *users) {
    if (user.email == email) return std::optional(std::move(user));
  }
  return std::optional<User>();
}

}  // namespace

Result<std::unique_ptr<ErrorGroups>> ErrorGroups::open(const std::string& path,
                                                       const Clock& clock) {
  auto database = open_console_db(path);
  if (!database) return fail(database.error());
  return std::unique_ptr<ErrorGroups>(new ErrorGroups(*std::move(database), clock));
}

Result<std::vector<GroupMark>> ErrorGroups::list(const GroupChoice& choice) {
  auto query = database_.prepare(
      "SELECT error_groups.id, project, fingerprint, name, said, count, first_seen_at, "
      "last_seen_at FROM error_groups LEFT JOIN users ON users.id = assignee_id "
      "WHERE (?1 = '' OR project = ?1) AND (?2 = '' OR state = ?2) "
      "AND (?3 = '' OR class || ' ' || message || ' ' || place LIKE ?4 ESCAPE '\\') "
      "AND (?5 = '' OR coalesce(users.email, 'none') = ?5) "
      "AND first_seen_at < ?6 AND last_seen_at >= ?7 "
      "ORDER BY last_seen_at DESC, error_groups.id DESC LIMIT ?8");
  if (!query) return fail(query.error());
  const std::string pattern = like_pattern(choice.search);
  query->bind(1, choice.project)
      .bind(2, choice.state ? to_text(*choice.state) : std::string_view())
      .bind(3, choice.search)
      .bind(4, pattern)
      .bind(5, choice.assignee)
      .bind(6, choice.first_seen_before_ms)
      .bind(7, choice.last_seen_from_ms)
      .bind(8, kGroupsListedMax);
  std::vector<GroupMark> marks;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) {
    GroupMark& mark = marks.emplace_back();
    mark.id = query->integer(0);
    mark.key = {std::string(query->text(1)), std::string(query->text(2)),
                std::string(query->text(3)), std::string(query->text(4))};
    mark.count = static_cast<std::uint64_t>(query->integer(5));
    mark.first_seen_ms = query->integer(6);
    mark.last_seen_ms = query->integer(7);
  }
  if (!has_row) return fail(has_row.error());
  return marks;
}

Result<std::optional<ErrorGroup>> ErrorGroups::find(std::int64_t id) {
  return find_group(database_, id);
}

Result<GroupCounts> ErrorGroups::counts(const std::string& project) {
  auto query = database_.prepare(
      "SELECT state, count(*) FROM error_groups WHERE ?1 = '' OR project = ?1 GROUP BY state");
  if (!query) return fail(query.error());
  query->bind(1, project);
  GroupCounts counts;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) {
    const auto state = group_state_of(query->text(0));
    if (state) counts.of[static_cast<int>(*state)] = static_cast<std::uint64_t>(query->integer(1));
  }
  if (!has_row) return fail(has_row.error());
  return counts;
}

// A position is the number of the last row that was counted: microseconds of the wall clock.
Result<GroupProgress> ErrorGroups::progress(const std::string& project) {
  auto query = database_.prepare(
      "SELECT CAST(position AS INTEGER) / 1000, is_behind, revision, (SELECT ifnull(sum(events), "
      "0) "
      "FROM error_refusals WHERE ?1 = '' OR project = ?1) FROM error_progress");
  if (!query) return fail(query.error());
  query->bind(1, project);
  const auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  GroupProgress progress;
  progress.counted_ms = query->integer(0);
  progress.is_behind = query->integer(1) != 0;
  progress.revision = query->integer(2);
  progress.refused = static_cast<std::uint64_t>(query->integer(3));
  return progress;
}

Result<std::vector<ErrorGroup>> ErrorGroups::change(std::span<const std::int64_t> ids,
                                                    const GroupChange& change,
                                                    std::string_view by) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  std::vector<ErrorGroup> changed;
  for (const std::int64_t id : ids) {
    auto group = find_group(database_, id);
    if (!group) return fail(group.error());
    if (!*group) continue;
    PENSTOCK_TRY(apply(**group, change, by));
    PENSTOCK_TRY(update_group(database_, **group));
    changed.push_back(**std::move(group));
  }
  PENSTOCK_TRY(advance_groups_revision(database_));
  PENSTOCK_TRY(transaction->commit());
  return changed;
}

Result<void> ErrorGroups::apply(ErrorGroup& group, const GroupChange& change, std::string_view by) {
  if (change.assignee) {
    group.assignee_id.reset();
    group.assignee = *change.assignee;
    if (!change.assignee->empty()) {
      auto user = user_named(database_, *change.assignee);
      if (!user) return fail(user.error());
      if (!*user) return fail(ErrorCode::kRejected, "assignee: there is no user of this address");
      group.assignee_id = (*user)->id;
    }
  }
  if (!change.state) return {};
  group.state = *change.state;
  group.state_at_ms = clock_.wall_ms();
  group.state_by = by;
  group.reopened_at_ms = 0;
  group.reopened_by.clear();
  group.resolved_release.clear();
  group.mute_until_count = change.mute_events > 0 ? group.count + change.mute_events : 0;
  group.mute_hour_max = change.mute_until_grows ? quiet_hour_max(group) : 0;
  if (!change.in_next_release) return {};
  auto release = newest_release(group);
  if (!release) return fail(release.error());
  if (release->empty()) {
    return fail(ErrorCode::kRejected,
                "in_next_release: no error of this project says its release, so none can be the "
                "next one");
  }
  group.resolved_release = *std::move(release);
  return {};
}

// Two programs of a project number their releases each for itself: an order of both says nothing.
Result<std::string> ErrorGroups::newest_release(const ErrorGroup& group) {
  auto query = database_.prepare(
      "SELECT release FROM error_releases WHERE project = ? ORDER BY first_seen_at, release");
  if (!query) return fail(query.error());
  query->bind(1, group.key.project);
  std::string newest = group.last_release;
  const int otherwise = is_numbered_release(newest) ? -1 : 1;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) {
    const std::string_view release = query->text(0);
    if (newest.empty() || order_of_releases(release, newest).value_or(otherwise) > 0) {
      newest = release;
    }
  }
  if (!has_row) return fail(has_row.error());
  return newest;
}

Result<std::vector<GroupNote>> ErrorGroups::notes(std::int64_t group_id) {
  auto query = database_.prepare(str_cat(kNotes, "WHERE group_id = ? ORDER BY id"));
  if (!query) return fail(query.error());
  query->bind(1, group_id);
  std::vector<GroupNote> notes;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) notes.push_back(note_of(*query));
  if (!has_row) return fail(has_row.error());
  return notes;
}

Result<std::optional<GroupNote>> ErrorGroups::add_note(std::int64_t group_id,
                                                       std::string_view author,
                                                       std::string_view text) {
  if (text.empty() || text.size() > kNoteBytesMax || !is_valid_utf8(text)) {
    return fail(ErrorCode::kRejected, "text: a note has 1 to 4000 bytes of text");
  }
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto group = find_group(database_, group_id);
  if (!group) return fail(group.error());
  if (!*group) return std::optional<GroupNote>();
  auto all = notes(group_id);
  if (!all) return fail(all.error());
  if (all->size() >= kNotesMax) {
    return fail(ErrorCode::kRejected, "text: the group has 200 notes: remove one first");
  }
  GroupNote note;
  note.group_id = group_id;
  note.author = author;
  note.at_ms = clock_.wall_ms();
  note.text = text;
  {
    auto insert = database_.prepare(
        "INSERT INTO error_notes (group_id, author, at, text) VALUES (?, ?, ?, ?)");
    if (!insert) return fail(insert.error());
    insert->bind(1, group_id).bind(2, note.author).bind(3, note.at_ms).bind(4, note.text);
    PENSTOCK_TRY(insert->run());
  }
  note.id = database_.last_row_id();
  PENSTOCK_TRY(transaction->commit());
  return std::optional(std::move(note));
}

Result<std::optional<GroupNote>> ErrorGroups::find_note(std::int64_t id) {
  auto query = database_.prepare(str_cat(kNotes, "WHERE id = ?"));
  if (!query) return fail(query.error());
  query->bind(1, id);
  const auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return std::optional<GroupNote>();
  return std::optional(note_of(*query));
}

Result<bool> ErrorGroups::remove_note(std::int64_t id) {
  auto remove = database_.prepare("DELETE FROM error_notes WHERE id = ?");
  if (!remove) return fail(remove.error());
  remove->bind(1, id);
  PENSTOCK_TRY(remove->run());
  return database_.changes() > 0;
}

}  // namespace penstock::console
