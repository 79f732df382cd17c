#include "queue/spool/writer.h"

#include <utility>

#include "queue/spool/folder.h"

namespace penstock::queue {
namespace {

// What a commit adds to the WAL besides the messages: the table's last leaf, frames' headers.
constexpr std::uint64_t kCommitOverheadBytes = 8'192;

}  // namespace

SpoolWriter::SpoolWriter(std::shared_ptr<SpoolInstance> instance, const SpoolOptions& options,
                         std::uint32_t reactor)
    : instance_(std::move(instance)), options_(options), reactor_(reactor) {}

bool SpoolWriter::has_room(std::uint64_t bytes) const {
  return instance_->bytes() + bytes <= options_.bytes_max;
}

Result<void> SpoolWriter::append(std::span<const std::string_view> messages, std::int64_t at_ms) {
  PENSTOCK_TRY(probe());
  std::uint64_t bytes = kCommitOverheadBytes;
  for (const std::string_view message : messages) bytes += message.size();

  const auto appended = segment_->append(messages, at_ms);
  if (!appended) {
    close_segment();
    return fail(appended.error());
  }
  instance_->add_bytes(bytes);
  instance_->add_batches(messages.size());
  if (segment_->bytes() >= options_.segment_bytes) close_segment();
  return {};
}

Result<void> SpoolWriter::probe() {
  if (segment_) return {};
  const SegmentPlace place{instance_->name(), {next_number_++, reactor_}};
  auto segment = SegmentWriter::create(place.path(instance_->spool()));
  if (!segment) return fail(segment.error());
  segment_.emplace(std::move(*segment));
  return {};
}

}  // namespace penstock::queue
