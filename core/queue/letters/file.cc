#include "queue/letters/file.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "files/newer_version.h"
#include "queue/spool/versions.h"

namespace penstock::queue {
namespace {

constexpr std::size_t kRetryMessagesMax = 500;
constexpr std::size_t kRetryBytesMax = 4 << 20;

// The row's id; 0, which no row has, where the text is none.
std::int64_t row_of(std::string_view id) {
  const auto row = id.empty() ? std::nullopt : parse_int(id.substr(1));
  return row.value_or(0);
}

StoredLetter letter_of(const sqlite::Statement& row) {
  StoredLetter letter;
  letter.id = str_cat("f", row.integer(0));
  letter.place = "file";
  letter.at_ms = row.integer(1);
  letter.origin = row.text(2);
  letter.reason = row.text(3);
  letter.message.reserve(row.blob(4).size() + kReadablePadding);
  letter.message = row.blob(4);
  return letter;
}

Result<std::int64_t> number(sqlite::Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) return fail(statement.error());
  PENSTOCK_TRY(statement->step());
  return statement->integer(0);
}

}  // namespace

// Nullopt: there is no file, or nothing in it yet. Whoever adds letters does the checkpoints: two
// that do them are one too many (sqlite/sqlite.cc).
Result<std::optional<sqlite::Database>> FileLetters::open(sqlite::Access access) const {
  if (::access(path_.c_str(), F_OK) != 0) return std::optional<sqlite::Database>();
  auto database = sqlite::Database::open(
      path_, {.access = access, .has_checkpoints = false, .is_glance = true});
  if (!database) return fail(database.error());
  const auto version = sqlite::version_of(*database);
  if (!version) return fail(version.error());
  if (*version > kDeadLettersSteps.last()) {
    return files::fail_by_newer_version(kDeadLettersSteps.opening, *version,
                                        kDeadLettersSteps.last());
  }
  const auto tables =
      number(*database, "SELECT count(*) FROM sqlite_schema WHERE name = 'letters'");
  if (!tables) return fail(tables.error());
  if (*tables == 0) return std::optional<sqlite::Database>();
  return std::optional<sqlite::Database>(std::move(*database));
}

Result<std::uint64_t> FileLetters::count() {
  auto database = open(sqlite::Access::kReadOnly);
  if (!database) return fail(database.error());
  if (!*database) return 0U;
  const auto rows = number(**database, "SELECT count(*) FROM letters");
  if (!rows) return fail(rows.error());
  return static_cast<std::uint64_t>(*rows);
}

Result<PlacePage> FileLetters::read(LetterPosition position, LetterLimits limits) {
  PlacePage page;
  auto database = open(sqlite::Access::kReadOnly);
  if (!database) return fail(database.error());
  if (!*database) return page;
  auto rows = (*database)->prepare(
      "SELECT id, at_ms, origin, reason, message FROM letters WHERE id <= ? ORDER BY id DESC");
  if (!rows) return fail(rows.error());
  rows->bind(1, position);
  std::size_t bytes = 0;
  while (true) {
    const auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return page;
    bytes += rows->blob(4).size();
    const std::size_t count = page.entries.size();
    page.has_more = count == limits.letters_max || (count > 0 && bytes > limits.bytes_max);
    if (page.has_more) return page;
    page.entries.push_back({letter_of(*rows), rows->integer(0) - 1});
  }
}

Result<std::optional<StoredLetter>> FileLetters::find(std::string_view id) {
  auto database = open(sqlite::Access::kReadOnly);
  if (!database) return fail(database.error());
  if (!*database) return std::optional<StoredLetter>();
  auto row =
      (*database)->prepare("SELECT id, at_ms, origin, reason, message FROM letters WHERE id = ?");
  if (!row) return fail(row.error());
  const auto has_row = row->bind(1, row_of(id)).step();
  if (!has_row) return fail(has_row.error());
  return *has_row ? std::optional<StoredLetter>(letter_of(*row)) : std::nullopt;
}

Result<bool> FileLetters::retry(std::string_view id) { return retry_row(row_of(id), nullptr); }

Result<bool> FileLetters::retry_as(std::string_view id, std::string_view message) {
  return retry_row(row_of(id), &message);
}

Result<bool> FileLetters::retry_row(std::int64_t row_id, const std::string_view* other_message) {
  auto database = open(sqlite::Access::kReadWrite);
  if (!database) return fail(database.error());
  if (!*database) return false;
  auto transaction = sqlite::Transaction::begin(**database);
  if (!transaction) return fail(transaction.error());
  auto row = (*database)->prepare("SELECT message FROM letters WHERE id = ?");
  if (!row) return fail(row.error());
  const auto has_row = row->bind(1, row_id).step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return false;
  const std::string_view message = other_message != nullptr ? *other_message : row->blob(0);
  PENSTOCK_TRY(put_back_({&message, 1}));
  row->reset();
  auto remove = (*database)->prepare("DELETE FROM letters WHERE id = ?");
  if (!remove) return fail(remove.error());
  PENSTOCK_TRY(remove->bind(1, row_id).run());
  PENSTOCK_TRY(transaction->commit());
  return true;
}

Result<bool> FileLetters::remove(std::string_view id) {
  auto database = open(sqlite::Access::kReadWrite);
  if (!database) return fail(database.error());
  if (!*database) return false;
  auto remove = (*database)->prepare("DELETE FROM letters WHERE id = ?");
  if (!remove) return fail(remove.error());
  PENSTOCK_TRY(remove->bind(1, row_of(id)).run());
  return (*database)->changes() > 0;
}

// Pages are read before the lock is taken: a row that has gone by then is passed over, and what is
// set aside meanwhile has a higher id than all that are still to be read.
Result<std::uint64_t> FileLetters::act_on_those(IsMeant is_meant,
                                                FunctionRef<Result<std::uint64_t>(Rows rows)> act) {
  std::uint64_t total = 0;
  LetterPosition position = kNewestLetter;
  while (true) {
    const auto page = read(position, {kRetryMessagesMax, kRetryBytesMax});
    if (!page) return fail(page.error());
    std::vector<std::int64_t> rows;
    for (const PlacePage::Entry& entry : page->entries) {
      if (is_meant(entry.letter)) rows.push_back(row_of(entry.letter.id));
      position = entry.next;
    }
    if (!rows.empty()) {
      std::reverse(rows.begin(), rows.end());
      const auto count = act(rows);
      if (!count) return count;
      total += *count;
    }
    if (!page->has_more) return total;
  }
}

Result<std::uint64_t> FileLetters::retry_those(IsMeant is_meant) {
  return act_on_those(is_meant, [this](Rows rows) { return retry_rows(rows); });
}

Result<std::uint64_t> FileLetters::remove_those(IsMeant is_meant) {
  return act_on_those(is_meant, [this](Rows rows) { return remove_rows(rows); });
}

Result<std::uint64_t> FileLetters::retry_rows(Rows rows) {
  auto database = open(sqlite::Access::kReadWrite);
  if (!database) return fail(database.error());
  if (!*database) return 0U;
  auto transaction = sqlite::Transaction::begin(**database);
  if (!transaction) return fail(transaction.error());
  auto read = (*database)->prepare("SELECT message FROM letters WHERE id = ?");
  if (!read) return fail(read.error());
  auto remove = (*database)->prepare("DELETE FROM letters WHERE id = ?");
  if (!remove) return fail(remove.error());
  std::vector<std::string> messages;
  for (const std::int64_t row : rows) {
    const auto has_row = read->bind(1, row).step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) continue;
    messages.emplace_back(read->blob(0));
    read->reset();
    PENSTOCK_TRY(remove->bind(1, row).run());
  }
  if (messages.empty()) return 0U;
  const std::vector<std::string_view> views(messages.begin(), messages.end());
  PENSTOCK_TRY(put_back_(views));
  PENSTOCK_TRY(transaction->commit());
  return messages.size();
}

Result<std::uint64_t> FileLetters::remove_rows(Rows rows) {
  auto database = open(sqlite::Access::kReadWrite);
  if (!database) return fail(database.error());
  if (!*database) return 0U;
  auto transaction = sqlite::Transaction::begin(**database);
  if (!transaction) return fail(transaction.error());
  auto remove = (*database)->prepare("DELETE FROM letters WHERE id = ?");
  if (!remove) return fail(remove.error());
  std::uint64_t count = 0;
  for (const std::int64_t row : rows) {
    PENSTOCK_TRY(remove->bind(1, row).run());
    count += static_cast<std::uint64_t>((*database)->changes());
  }
  PENSTOCK_TRY(transaction->commit());
  return count;
}

// What a worker sets aside again meanwhile gets a higher id.
Result<std::uint64_t> FileLetters::retry_all() {
  auto database = open(sqlite::Access::kReadWrite);
  if (!database) return fail(database.error());
  if (!*database) return 0U;
  const auto last_id = number(**database, "SELECT max(id) FROM letters");
  if (!last_id) return fail(last_id.error());
  std::uint64_t total = 0;
  while (true) {
    const auto count = retry_some(**database, *last_id);
    if (!count || *count == 0) return count ? total : count;
    total += *count;
  }
}

Result<std::uint64_t> FileLetters::retry_some(sqlite::Database& database, std::int64_t last_id) {
  auto transaction = sqlite::Transaction::begin(database);
  if (!transaction) return fail(transaction.error());
  auto rows = database.prepare("SELECT id, message FROM letters WHERE id <= ? ORDER BY id");
  if (!rows) return fail(rows.error());
  rows->bind(1, last_id);
  std::vector<std::string> messages;
  std::int64_t end = 0;
  std::size_t bytes = 0;
  while (messages.size() < kRetryMessagesMax && bytes < kRetryBytesMax) {
    const auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) break;
    end = rows->integer(0);
    messages.emplace_back(rows->blob(1));
    bytes += messages.back().size();
  }
  rows->reset();
  if (messages.empty()) return 0U;
  const std::vector<std::string_view> views(messages.begin(), messages.end());
  PENSTOCK_TRY(put_back_(views));
  auto remove = database.prepare("DELETE FROM letters WHERE id <= ?");
  if (!remove) return fail(remove.error());
  PENSTOCK_TRY(remove->bind(1, end).run());
  PENSTOCK_TRY(transaction->commit());
  return messages.size();
}

Result<std::uint64_t> FileLetters::purge() {
  auto database = open(sqlite::Access::kReadWrite);
  if (!database) return fail(database.error());
  if (!*database) return 0U;
  PENSTOCK_TRY((*database)->execute("DELETE FROM letters"));
  return static_cast<std::uint64_t>((*database)->changes());
}

}  // namespace penstock::queue
