// The steps of a chart by the calendar of a time zone: its days, weeks and months, and what begins
// with its days.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "store/contract/queries.h"

namespace penstock::console {

enum class CalendarUnit : std::uint8_t { kDay, kWeek, kMonth };

class TimeZone {
 public:
  // By its IANA name, out of the system's database; nullopt where that has none.
  static std::optional<TimeZone> named(std::string_view name);
  TimeZone(const TimeZone& other);
  TimeZone& operator=(const TimeZone& other) = delete;
  ~TimeZone();

  bool is_utc() const;

  // Where the days, the weeks (from Monday) or the months that lie in the range begin: days have 23
  // to 25 hours where clocks are changed. kRejected: more than a chart may have.
  Result<store::StepStarts> starts(const store::Range& range, CalendarUnit unit) const;
  // Steps of a length in seconds. Up to an hour they are counted from each midnight; longer ones of
  // less than a day begin at the same hours each day; others are whole days from the first on.
  Result<store::StepStarts> starts(const store::Range& range, std::int64_t step_s) const;

 private:
  struct Zone;
  explicit TimeZone(std::unique_ptr<Zone> zone);

  std::unique_ptr<Zone> zone_;
};

}  // namespace penstock::console
