#include "console/api/errors/error_counter.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "console/api/auth/console_db.h"
#include "console/api/errors/group_rows.h"
#include "console/api/errors/group_state.h"
#include "console/api/errors/release_order.h"

namespace penstock::console {

Result<std::unique_ptr<ErrorCounter>> ErrorCounter::open(const std::string& path) {
  auto database = open_console_db(path);
  if (!database) return fail(database.error());
  return std::unique_ptr<ErrorCounter>(new ErrorCounter(*std::move(database)));
}

Result<std::string> ErrorCounter::position() {
  auto query = database_.prepare("SELECT position FROM error_progress");
  if (!query) return fail(query.error());
  const auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  return std::string(query->text(0));
}

Result<ErrorCounter::Counted> ErrorCounter::count(std::span<const ErrorEvent> errors,
                                                  const std::string& from, const std::string& to,
                                                  bool is_behind) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  PENSTOCK_TRY(move_on(from, to, is_behind));
  group_counts_.clear();
  full_.clear();
  releases_.clear();
  Counted counted;
  Groups groups;
  for (const ErrorEvent& error : errors) PENSTOCK_TRY(add(error, groups, counted));
  for (auto& [key, one] : groups) {
    if (one.is_new) {
      PENSTOCK_TRY(insert_group(database_, one.group));
    } else {
      PENSTOCK_TRY(update_group(database_, one.group));
    }
  }
  PENSTOCK_TRY(transaction->commit());
  return counted;
}

Result<void> ErrorCounter::move_on(const std::string& from, const std::string& to, bool is_behind) {
  auto update = database_.prepare(
      "UPDATE error_progress SET position = ?, is_behind = ?, revision = revision + 1 "
      "WHERE position = ?");
  if (!update) return fail(update.error());
  update->bind(1, to).bind(2, std::int64_t{is_behind}).bind(3, from);
  PENSTOCK_TRY(update->run());
  if (database_.changes() == 1) return {};
  return fail(ErrorCode::kOverloaded, "count errors: somebody else has counted these");
}

Result<void> ErrorCounter::add(const ErrorEvent& error, Groups& groups, Counted& counted) {
  auto known = groups.find(error.key);
  if (known == groups.end()) {
    auto stored = find_group(database_, error.key);
    if (!stored) return fail(stored.error());
    if (*stored) known = groups.emplace(error.key, Open{**std::move(stored), false}).first;
  }
  ErrorGroup* group = known == groups.end() ? nullptr : &known->second.group;
  auto is_newer = take_release(error, group);
  if (!is_newer) return fail(is_newer.error());
  if (group != nullptr) {
    if (add_event(*group, error, *is_newer)) ++counted.reopened;
    return {};
  }
  auto has_room = make_room(error.key.project, error.received_at_ms, groups);
  if (!has_room) return fail(has_room.error());
  if (!*has_room) {
    ++counted.refused;
    return refuse(error.key.project);
  }
  groups.emplace(error.key, Open{new_group(error), true});
  ++group_counts_[error.key.project];
  return {};
}

Result<std::int64_t> ErrorCounter::count_groups(const std::string& project) {
  const auto known = group_counts_.find(project);
  if (known != group_counts_.end()) return known->second;
  auto query = database_.prepare("SELECT count(*) FROM error_groups WHERE project = ?");
  if (!query) return fail(query.error());
  query->bind(1, project);
  const auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  group_counts_[project] = query->integer(0);
  return query->integer(0);
}

Result<bool> ErrorCounter::make_room(const std::string& project, std::int64_t now_ms,
                                     const Groups& groups) {
  auto count = count_groups(project);
  if (!count) return fail(count.error());
  if (*count < static_cast<std::int64_t>(kGroupsMax)) return true;
  if (full_.contains(project)) return false;
  std::int64_t forgotten = 0;
  {
    auto query = database_.prepare(
        "SELECT id FROM error_groups WHERE project = ? AND last_seen_at < ? AND assignee_id IS "
        "NULL AND NOT EXISTS (SELECT 1 FROM error_notes WHERE group_id = error_groups.id) "
        "ORDER BY last_seen_at");
    if (!query) return fail(query.error());
    query->bind(1, project).bind(2, now_ms - kForgottenAfterMs);
    // One that has come again just now is in hand, and the row does not say so yet.
    const auto is_in_hand = [&](std::int64_t id) {
      return std::any_of(groups.begin(), groups.end(),
                         [&](const auto& one) { return one.second.group.id == id; });
    };
    auto has_row = query->step();
    while (has_row && *has_row && is_in_hand(query->integer(0))) has_row = query->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) {
      full_.insert(project);
      return false;
    }
    forgotten = query->integer(0);
  }
  auto remove = database_.prepare("DELETE FROM error_groups WHERE id = ?");
  if (!remove) return fail(remove.error());
  remove->bind(1, forgotten);
  PENSTOCK_TRY(remove->run());
  --group_counts_[project];
  return true;
}

Result<void> ErrorCounter::refuse(const std::string& project) {
  auto upsert = database_.prepare(
      "INSERT INTO error_refusals (project, events) VALUES (?, 1) "
      "ON CONFLICT (project) DO UPDATE SET events = events + 1");
  if (!upsert) return fail(upsert.error());
  upsert->bind(1, project);
  return upsert->run();
}

Result<bool> ErrorCounter::take_release(const ErrorEvent& error, const ErrorGroup* group) {
  if (error.release.empty()) return false;
  auto since = release_since(error);
  if (!since) return fail(since.error());
  if (group == nullptr || group->state != GroupState::kResolved ||
      group->resolved_release.empty() || group->resolved_release == error.release) {
    return false;
  }
  const auto order = order_of_releases(error.release, group->resolved_release);
  // Where names do not tell: one that no error of the project had before.
  return order ? *order > 0 : *since > group->state_at_ms;
}

// When the first error of the release was received.
Result<std::int64_t> ErrorCounter::release_since(const ErrorEvent& error) {
  const auto key = std::pair(error.key.project, error.release);
  const auto known = releases_.find(key);
  if (known != releases_.end()) return known->second;
  auto insert = database_.prepare(
      "INSERT INTO error_releases (project, release, first_seen_at) VALUES (?, ?, ?) "
      "ON CONFLICT DO NOTHING");
  if (!insert) return fail(insert.error());
  insert->bind(1, error.key.project).bind(2, error.release).bind(3, error.received_at_ms);
  PENSTOCK_TRY(insert->run());
  if (database_.changes() == 1) {
    auto forget = database_.prepare(
        "DELETE FROM error_releases WHERE project = ?1 AND release IN (SELECT release FROM "
        "error_releases WHERE project = ?1 ORDER BY first_seen_at DESC LIMIT -1 OFFSET ?2)");
    if (!forget) return fail(forget.error());
    forget->bind(1, error.key.project).bind(2, kReleasesMax);
    PENSTOCK_TRY(forget->run());
    return releases_.emplace(key, error.received_at_ms).first->second;
  }
  auto query = database_.prepare(
      "SELECT first_seen_at FROM error_releases WHERE project = ? AND release = ?");
  if (!query) return fail(query.error());
  query->bind(1, error.key.project).bind(2, error.release);
  const auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  return releases_.emplace(key, query->integer(0)).first->second;
}

}  // namespace penstock::console
