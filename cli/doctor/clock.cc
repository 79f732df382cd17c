#include "cli/doctor/clock.h"

#include <string>

#include <sys/timex.h>

#include "base/text.h"
#include "cli/doctor/checks.h"
#include "cli/shared/command.h"
#include "cli/text/format.h"
#include "event/row.h"
#include "files/identity.h"
#include "store/backends.h"

namespace penstock::cli {
namespace {

// What clocks of healthy machines differ by at most.
constexpr std::int64_t kBehindMsMax = 60'000;
// A machine that stood still for so long is rarer than a clock that is wrong.
constexpr std::int64_t kAheadMsMax = 30 * kDayMs;
constexpr std::int64_t kQueryUs = 5'000'000;
constexpr std::int64_t kEndOfTimeMs = 253'402'300'800'000;  // The year 10000; day files end there.

std::optional<bool> ask_kernel() {
  timex state{};
  const int code = ::adjtimex(&state);  // Without a mode it only tells.
  if (code < 0) return std::nullopt;
  return code != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

std::optional<std::int64_t> newest_event(const Examined& examined) {
  const std::string store = examined.config.store_path();
  if (is_absent(store)) return std::nullopt;
  // Whatever SQLite makes beside a database has to be its owner's.
  const auto identity = files::OwnerIdentity::take(store);
  auto queries = identity ? store::open_queries(store) : fail(identity.error());
  if (!queries) return std::nullopt;
  (*queries)->within({&examined.clock, examined.clock.mono_us() + kQueryUs, nullptr});
  std::optional<std::int64_t> received_ms;
  const auto read =
      (*queries)->events({0, kEndOfTimeMs}, store::Filter(), {1, ""}, [&](const event::Row& row) {
        received_ms = row.record.received_at_ms;
        return false;
      });
  return read ? received_ms : std::nullopt;
}

std::string age_text(std::int64_t ms) { return duration_text(static_cast<double>(ms) / 1'000); }

}  // namespace

void judge_clock(const ClockFacts& facts, Findings& findings) {
  const char* set_it =
      "timedatectl set-ntp true; `timedatectl` shows the time and whether it is in step";
  const std::int64_t behind_ms = facts.newest_event_ms.value_or(0) - facts.now_ms;
  const bool is_behind = facts.newest_event_ms && behind_ms > kBehindMsMax;
  const bool is_ahead = facts.newest_event_ms && -behind_ms > kAheadMsMax;
  if (is_behind) {
    findings.fail(str_cat("the clock is ", age_text(behind_ms),
                          " behind the newest stored event: it is wrong now, or was then"),
                  "", set_it);
  }
  if (is_ahead) {
    findings.warn(
        str_cat("the newest stored event is ", age_text(-behind_ms),
                " older than the clock says it is: nothing has come since, or the clock "
                "is ahead",
                facts.has_retention ? "; what is old by the clock alone is not removed" : ""),
        "", set_it);
  }
  if (!facts.is_synchronised.value_or(false)) {
    findings.warn("no time server keeps the clock in step", "", set_it);
  }
  if (findings.list().empty()) findings.ok("in step with a time server");
}

void check_clock(const Examined& examined, Findings& findings) {
  const app::StoreConfig& store = examined.config.store;
  judge_clock(
      {ask_kernel(), examined.clock.wall_ms(), newest_event(examined), store.retention_days > 0},
      findings);
}

}  // namespace penstock::cli
