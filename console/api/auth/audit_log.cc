#include "console/api/auth/audit_log.h"

#include <limits>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "console/api/auth/console_db.h"
#include "crypto/digest.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;

AuditEntry entry_of(const sqlite::Statement& row) {
  AuditEntry entry;
  entry.id = row.integer(0);
  entry.at_ms = row.integer(1);
  entry.actor = row.text(2);
  entry.act = row.text(3);
  entry.subject = row.text(4);
  entry.detail = row.text(5);
  return entry;
}

// What the next entry follows: "" behind none, and behind one without a chain.
std::string link_of(std::string_view before, const AuditEntry& entry) {
  std::string text;
  json::Writer writer(text);
  writer.begin_array().value(entry.at_ms).value(std::string_view(entry.actor));
  writer.value(std::string_view(entry.act)).value(std::string_view(entry.subject));
  writer.value(std::string_view(entry.detail)).end_array();
  const crypto::Digest digest = crypto::digest_of(before, text);
  std::string link;
  append_hex(link, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  return link;
}

class SqliteAuditLog final : public AuditLog {
 public:
  SqliteAuditLog(sqlite::Database database, const Clock& clock)
      : database_(std::move(database)), clock_(clock) {}

  Result<void> add(const AuditEntry& entry) override;
  Result<void> add_refused(std::string_view email, std::string_view client) override;
  Result<AuditPage> page(std::uint32_t limit, std::string_view cursor) override;

 private:
  // In a transaction.
  Result<void> insert(std::int64_t at_ms, AuditEntry entry);
  Result<std::string> last_link();
  // Of minutes before `minute`. In a transaction.
  Result<void> write_counted(std::int64_t minute);
  Result<std::vector<std::pair<std::int64_t, std::int64_t>>> counted(std::int64_t before);

  sqlite::Database database_;
  const Clock& clock_;
};

Result<void> SqliteAuditLog::add(const AuditEntry& entry) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  PENSTOCK_TRY(insert(clock_.wall_ms(), entry));
  return transaction->commit();
}

Result<std::string> SqliteAuditLog::last_link() {
  auto query = database_.prepare("SELECT chain FROM audit ORDER BY id DESC LIMIT 1");
  if (!query) return fail(query.error());
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  return *has_row ? std::string(query->text(0)) : std::string();
}

Result<void> SqliteAuditLog::insert(std::int64_t at_ms, AuditEntry entry) {
  entry.at_ms = at_ms;
  for (std::string* text : {&entry.actor, &entry.subject, &entry.detail}) {
    text->resize(utf8_prefix(*text, kAuditTextBytesMax).size());
  }
  const auto before = last_link();
  if (!before) return fail(before.error());
  const std::string link = link_of(*before, entry);
  auto statement = database_.prepare(
      "INSERT INTO audit (at, actor, act, subject, detail, chain) VALUES (?, ?, ?, ?, ?, ?)");
  if (!statement) return fail(statement.error());
  statement->bind(1, entry.at_ms)
      .bind(2, entry.actor)
      .bind(3, entry.act)
      .bind(4, entry.subject)
      .bind(5, entry.detail)
      .bind(6, link);
  return statement->run();
}

Result<void> SqliteAuditLog::add_refused(std::string_view email, std::string_view client) {
  const std::int64_t minute = clock_.wall_ms() / kMinuteMs;
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  PENSTOCK_TRY(write_counted(minute));
  auto count = database_.prepare(
      "INSERT INTO refused_sign_ins (minute, count) VALUES (?, 0) "
      "ON CONFLICT (minute) DO UPDATE SET count = count + 1 RETURNING count");
  if (!count) return fail(count.error());
  count->bind(1, minute);
  auto has_row = count->step();
  if (!has_row) return fail(has_row.error());
  const bool is_first = *has_row && count->integer(0) == 0;
  count->reset();
  if (is_first) {
    AuditEntry entry;
    entry.act = "session.refuse";
    entry.subject = email;
    entry.detail = str_cat("from ", client);
    PENSTOCK_TRY(insert(clock_.wall_ms(), entry));
  }
  return transaction->commit();
}

Result<std::vector<std::pair<std::int64_t, std::int64_t>>> SqliteAuditLog::counted(
    std::int64_t before) {
  auto query = database_.prepare("SELECT minute, count FROM refused_sign_ins WHERE minute < ?");
  if (!query) return fail(query.error());
  query->bind(1, before);
  std::vector<std::pair<std::int64_t, std::int64_t>> minutes;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) {
    minutes.emplace_back(query->integer(0), query->integer(1));
  }
  if (!has_row) return fail(has_row.error());
  return minutes;
}

Result<void> SqliteAuditLog::write_counted(std::int64_t minute) {
  auto minutes = counted(minute);
  if (!minutes) return fail(minutes.error());
  for (const auto& [of, count] : *minutes) {
    if (count > 0) {
      AuditEntry entry;
      entry.act = "session.refuse";
      entry.detail = str_cat(count, " more in the same minute");
      PENSTOCK_TRY(insert((of + 1) * kMinuteMs - 1, entry));
    }
  }
  auto clear = database_.prepare("DELETE FROM refused_sign_ins WHERE minute < ?");
  if (!clear) return fail(clear.error());
  clear->bind(1, minute);
  return clear->run();
}

Result<AuditPage> SqliteAuditLog::page(std::uint32_t limit, std::string_view cursor) {
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
  if (!cursor.empty()) {
    const auto number = parse_int(cursor);
    if (!number || *number <= 0) return fail(ErrorCode::kRejected, "this is no cursor of the log");
    below = *number;
  }
  const std::int64_t minute = clock_.wall_ms() / kMinuteMs;
  auto waiting = counted(minute);
  if (waiting && !waiting->empty()) {
    // A look at the log must not fail because nothing can be written.
    auto transaction = sqlite::Transaction::begin(database_);
    if (transaction && write_counted(minute)) static_cast<void>(transaction->commit());
  }
  auto query = database_.prepare(
      "SELECT id, at, actor, act, subject, detail, chain FROM audit WHERE id < ? "
      "ORDER BY id DESC LIMIT ?");
  if (!query) return fail(query.error());
  query->bind(1, below).bind(2, std::int64_t{limit} + 1);
  AuditPage page;
  std::string link;  // Of the entry that was read last, which the row below it tells to be right.
  const auto check_last = [&](std::string_view before) {
    if (page.entries.empty() || link.empty()) return;
    page.entries.back().is_intact = link == link_of(before, page.entries.back());
  };
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) {
    check_last(query->text(6));
    if (page.entries.size() == limit) {
      page.next = std::to_string(page.entries.back().id);
      return page;
    }
    page.entries.push_back(entry_of(*query));
    link = query->text(6);
  }
  if (!has_row) return fail(has_row.error());
  check_last("");
  return page;
}

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::string& path, const Clock& clock) {
  auto database = open_console_db(path);
  if (!database) return fail(database.error());
  return std::unique_ptr<AuditLog>(std::make_unique<SqliteAuditLog>(std::move(*database), clock));
}

}  // namespace penstock::console
