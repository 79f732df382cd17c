// The writing side of the store: rows and rollups by days.
//
// One SQLite file a UTC day (of the id's time), events/YYYY-MM-DD.db, with its rows and its
// rollups, changed together in one transaction a day and batch. A row whose id is there already
// changes nothing, rollups included; so a batch may be stored again after any failure. A row that a
// client named (event::Id::is_from_client) is stored once within 7 days of its receipt, whatever
// its time says. One writer process (a lock file sees to it), one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "event/row.h"
#include "store/contract/bad_day.h"
#include "store/contract/retention_rule.h"

namespace penstock::store {

struct StoreOptions {
  std::string path;  // The folder.
  bool anonymize_ip = false;
  std::uint32_t retention_days = 0;  // 0: keep.
  // Of some events, before it; at most kRetentionRulesMax.
  std::vector<RetentionRule> retain = {};
  // Of all day files, above which the oldest are removed, but never today's and yesterday's; 0: no
  // bound.
  std::uint64_t bytes_max = 0;
  // Days whose end is so long ago are made compact; 0: none.
  std::uint32_t compact_after_days = 0;
  // Of the disk, in percent: days of an older version are copied before they are brought up to this
  // one, and all of them together must not fill the disk that events are stored on.
  std::uint32_t free_percent_min = 25;
};

// A row that is refused by itself, or whose day cannot be used.
struct Refused {
  std::uint32_t index;  // Into the batch.
  std::string reason;   // For the dead letter.
};

struct StoreOutcome {
  std::uint32_t stored = 0;
  std::uint32_t duplicates = 0;
  // Rows that cannot be stored as things are, ascending; the rest is stored.
  std::vector<Refused> refused;
};

struct Forecast;  // forecast.h

struct Upkeep {
  std::uint32_t days_removed = 0;
};

// Days that this process has made compact.
struct Compacted {
  std::uint64_t days = 0;
  std::uint64_t bytes_saved = 0;
};

class EventStore {
 public:
  virtual ~EventStore() = default;

  // All rows but the refused ones are durable when it returns a value. On an error, which is one
  // that passes, other days of the batch are stored; the caller holds it and stores it again.
  virtual Result<StoreOutcome> store(std::span<const event::Row> rows) = 0;

  // What is due now, a little at a time: days past the retention or above bytes_max, at most two a
  // call, and none while the clock is not to be trusted (Calendar). Cheap when there is nothing to
  // do.
  virtual Result<Upkeep> maintain() = 0;

  // Prepares what was stored for quick questions, deletes events that no rule keeps any more, and
  // makes closed days compact, some hundredths of a second at a time. True where more is to be
  // done. Questions are answered without it too, but slowly.
  virtual bool gather_columns() = 0;
  virtual Compacted compacted() const = 0;
  // Events that this process has deleted because of a rule of StoreOptions::retain, by its place
  // there; the last is retention_days' own, where a rule keeps others of the day longer.
  virtual std::vector<std::uint64_t> removed_by_rules() const = 0;

  // Why it can store nothing just now, in words; nullopt where it can. Any thread.
  virtual std::optional<std::string> not_ready() const = 0;

  // Days that could not be used when they were last tried. Any thread.
  virtual std::vector<BadDay> bad_days() const = 0;

  // How large it is, and how long its room lasts.
  virtual Forecast forecast() const = 0;
};

}  // namespace penstock::store
