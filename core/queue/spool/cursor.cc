#include "queue/spool/cursor.h"

#include <limits>
#include <utility>

#include <unistd.h>

#include "base/log.h"
#include "queue/spool/versions.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kRetryUs = 2'000'000;
constexpr const char* kLoad = "SELECT id FROM cursors WHERE segment = ?";
constexpr const char* kSave =
    "INSERT INTO cursors VALUES(?, ?) ON CONFLICT(segment) DO UPDATE SET id = excluded.id";
constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
constexpr const char* kSaveClaim = "INSERT OR REPLACE INTO claims VALUES(?, ?, ?, ?)";

std::int64_t load_by(sqlite::Statement& statement, const std::string& segment) {
  const auto row = statement.bind(1, segment).step();
  if (!row || !*row) return 0;
  const std::int64_t id = statement.integer(0);
  statement.reset();
  return id;
}

}  // namespace

Result<SpoolCursor::Open> SpoolCursor::open(const std::string& path) {
  auto database = sqlite::Database::open(
      path, {.sync = sqlite::Sync::kNormal, .busy_timeout_ms = 100, .cache_kib = 256});
  if (!database) return fail(database.error());
  PENSTOCK_TRY(sqlite::bring_up(*database, path, kCursorSteps));
  auto load = database->prepare(kLoad);
  if (!load) return fail(load.error());
  auto save = database->prepare(kSave);
  if (!save) return fail(save.error());
  auto forget = database->prepare("DELETE FROM cursors WHERE segment = ?");
  if (!forget) return fail(forget.error());
  auto load_claims = database->prepare("SELECT segment, up_to, alone_id, receipts FROM claims");
  if (!load_claims) return fail(load_claims.error());
  auto save_claim = database->prepare(kSaveClaim);
  if (!save_claim) return fail(save_claim.error());
  auto end_claim = database->prepare("DELETE FROM claims WHERE segment = ? AND up_to <= ?");
  if (!end_claim) return fail(end_claim.error());
  return Open{std::move(*database), std::move(*load),        std::move(*save),
              std::move(*forget),   std::move(*load_claims), std::move(*save_claim),
              std::move(*end_claim)};
}

SpoolCursor::Open* SpoolCursor::opened() {
  if (open_) return &*open_;
  if (clock_.mono_us() < retry_at_us_) return nullptr;
  auto made = open(spool_ + "/cursor.db");
  if (!made) {
    give_up(made.error());
    return nullptr;
  }
  open_.emplace(std::move(*made));
  return &*open_;
}

void SpoolCursor::give_up(const Error& error) {
  log_warn("spool.cursor", "cursor not kept", {{"error", to_text(error)}});
  open_.reset();
  retry_at_us_ = clock_.mono_us() + kRetryUs;
  if (error.code != ErrorCode::kCorrupt) return;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    ::unlink((spool_ + "/cursor.db" + suffix).c_str());
  }
}

std::int64_t SpoolCursor::load(const std::string& segment) {
  Open* cursor = opened();
  return cursor != nullptr ? load_by(cursor->load, segment) : 0;
}

template <class Write>
bool SpoolCursor::change(Write write) {
  Open* cursor = opened();
  if (cursor == nullptr) return false;
  const auto written = [&]() -> Result<void> {
    auto transaction = sqlite::Transaction::begin(cursor->database);
    if (!transaction) return fail(transaction.error());
    PENSTOCK_TRY(write(*cursor));
    return transaction->commit();
  }();
  if (!written) give_up(written.error());
  return written.has_value();
}

bool SpoolCursor::save(std::span<const SpoolPlace> places) {
  return change([places](Open& cursor) -> Result<void> {
    for (const SpoolPlace& place : places) {
      PENSTOCK_TRY(cursor.save.bind(1, place.segment).bind(2, place.id).run());
      PENSTOCK_TRY(cursor.end_claim.bind(1, place.segment).bind(2, place.id).run());
    }
    return {};
  });
}

void SpoolCursor::forget(const std::string& segment) {
  change([&segment](Open& cursor) -> Result<void> {
    PENSTOCK_TRY(cursor.forget.bind(1, segment).run());
    return cursor.end_claim.bind(1, segment).bind(2, kAll).run();
  });
}

SpoolClaims SpoolCursor::load_claims() {
  SpoolClaims claims;
  Open* cursor = opened();
  if (cursor == nullptr) return claims;
  sqlite::Statement& row = cursor->load_claims;
  while (row.step().value_or(false)) {
    claims[std::string(row.text(0))] = {row.integer(1), row.integer(2),
                                        static_cast<std::uint32_t>(row.integer(3))};
  }
  return claims;
}

void SpoolCursor::save_claims(const SpoolClaims& claims) {
  change([&claims](Open& cursor) -> Result<void> {
    for (const auto& [segment, claim] : claims) {
      cursor.save_claim.bind(1, segment).bind(2, claim.up_to).bind(3, claim.alone_id);
      PENSTOCK_TRY(cursor.save_claim.bind(4, claim.receipts).run());
    }
    return {};
  });
}

void SpoolCursor::forget_claims(const SpoolClaims& claims) {
  change([&claims](Open& cursor) -> Result<void> {
    for (const auto& [segment, claim] : claims) {
      PENSTOCK_TRY(cursor.end_claim.bind(1, segment).bind(2, kAll).run());
    }
    return {};
  });
}

std::optional<SpoolCursorReader> SpoolCursorReader::open(const std::string& spool) {
  auto database = sqlite::Database::open(spool + "/cursor.db",
                                         {.access = sqlite::Access::kReadOnly, .is_glance = true});
  if (!database) return std::nullopt;
  auto load = database->prepare(kLoad);
  if (!load) return std::nullopt;
  return SpoolCursorReader(std::move(*database), std::move(*load));
}

std::int64_t SpoolCursorReader::load(const std::string& segment) { return load_by(load_, segment); }

}  // namespace penstock::queue
