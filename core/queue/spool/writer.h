// Writes one reactor's segments: opens the next when one is full, and gives one up for good when a
// write to it failed.
//
// Blocking; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "queue/contract/options.h"
#include "queue/spool/instance.h"
#include "queue/spool/segment.h"

namespace penstock::queue {

class SpoolWriter {
 public:
  SpoolWriter(std::shared_ptr<SpoolInstance> instance, const SpoolOptions& options,
              std::uint32_t reactor);

  std::uint64_t bytes_max() const { return options_.bytes_max; }
  // Whether `bytes` more stay within SpoolOptions::bytes_max.
  bool has_room(std::uint64_t bytes) const;

  // All messages or none, synced. After a failure they may be delivered all the same, which their
  // ids make harmless.
  Result<void> append(std::span<const std::string_view> messages, std::int64_t at_ms);

  // Whether a segment can be written to: opens one where none is.
  Result<void> probe();

  // Lets the consumer remove the current segment once it has read it.
  void close_segment() { segment_.reset(); }
  bool has_segment() const { return segment_.has_value(); }

  SpoolInstance& instance() { return *instance_; }

 private:
  const std::shared_ptr<SpoolInstance> instance_;
  const SpoolOptions options_;
  const std::uint32_t reactor_;
  std::uint64_t next_number_ = 1;
  std::optional<SegmentWriter> segment_;
};

}  // namespace penstock::queue
