#include "store/sqlite/visit_writer.h"

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "store/columns/scan.h"
#include "store/columns/visit_blocks.h"
#include "store/sqlite/visit_tables.h"

namespace penstock::store {
namespace {

constexpr BlockId kDraft{BlockKind::kVisits, kVisitDraft, 0};
constexpr Range kAllTimes{std::numeric_limits<std::int64_t>::min(),
                          std::numeric_limits<std::int64_t>::max()};

std::size_t rows_of(std::span<const ChunkInfo> chunks) {
  std::size_t rows = 0;
  for (const ChunkInfo& chunk : chunks) rows += chunk.rows;
  return rows;
}

// Shows chunks to a builder, one by one and as often as it wants them.
class Gathering {
 public:
  Gathering(std::span<const ChunkInfo> chunks, const crypto::HashKey& key, std::int64_t day_ms)
      : chunks_(chunks), key_(key), builder_(day_ms, rows_of(chunks)) {}

  // False once nothing is left.
  Result<bool> add_next(BlockSource& source) {
    if (next_ < chunks_.size()) {
      const ChunkInfo& chunk = chunks_[next_++];
      Columns columns(source, {&chunk, 1}, key_);
      const auto add = [&](ChunkRows& left) {
        return rows_.add(columns, left, first_ordinal_, builder_);
      };
      PENSTOCK_TRY(scanner_->scan(
          {&columns, {}}, {}, kAllTimes, ChunkOrder::kByNumber,
          [](std::int64_t) -> Result<bool> { return true; }, add));
      first_ordinal_ += chunk.rows;
      return true;
    }
    next_ = 0;
    first_ordinal_ = 0;
    return builder_.end_pass();
  }

  VisitBuilder& builder() { return builder_; }

 private:
  const std::span<const ChunkInfo> chunks_;
  const crypto::HashKey key_;
  VisitBuilder builder_;
  VisitRows rows_;
  const std::function<bool()> never_ = [] { return false; };
  std::unique_ptr<Scanner> scanner_ = std::make_unique<Scanner>(never_);
  std::size_t next_ = 0;
  std::uint32_t first_ordinal_ = 0;
};

Result<void> write_places_of(const ChunkInfo& chunk, std::span<const VisitPlace> places,
                             BlockSink& sink) {
  std::string block;
  append_visit_places(places, block);
  return sink.put({BlockKind::kVisits, kVisitPlaces, chunk.number}, block);
}

Result<void> write_rest(std::span<const ChunkInfo> chunks, const VisitParts& parts,
                        std::int64_t day_ms, BlockSink& sink) {
  PENSTOCK_TRY(write_visit_parts(parts, sink));
  return write_visit_head(
      {day_ms, hash_of_chunks(chunks), static_cast<std::uint32_t>(parts.size())}, sink);
}

}  // namespace

struct VisitWriter::Work {
  Work(std::vector<ChunkInfo> chunks_of_day, const crypto::HashKey& key, std::int64_t day_ms)
      : chunks(std::move(chunks_of_day)), gathering(chunks, key, day_ms) {}

  const std::vector<ChunkInfo> chunks;
  Gathering gathering;
  bool is_gathered = false;
  std::size_t written = 0;  // Chunks, and
  std::size_t rows_written = 0;
};

VisitWriter::VisitWriter(sqlite::Database& database, std::optional<std::int64_t> day_ms,
                         std::size_t chunks_a_step)
    : database_(database), blocks_(database), day_ms_(day_ms), chunks_a_step_(chunks_a_step) {}

VisitWriter::~VisitWriter() = default;

void VisitWriter::forget() { work_.reset(); }

Result<bool> VisitWriter::write_next() {
  if (!day_ms_) return false;
  if (!work_) {
    auto is_written = this->is_written();
    if (!is_written) return fail(is_written.error());
    if (*is_written) return false;
    PENSTOCK_TRY(begin());
  }
  for (std::size_t i = 0; i < chunks_a_step_ && work_; ++i) PENSTOCK_TRY(go_on());
  return true;
}

Result<void> VisitWriter::go_on() {
  if (!work_->is_gathered) return gather();
  return work_->written < work_->chunks.size() ? write_places() : finish();
}

Result<bool> VisitWriter::is_written() {
  auto head = read_visit_head(blocks_);
  if (!head) return fail(head.error());
  auto chunks = read_chunks(database_);
  if (!chunks) return fail(chunks.error());
  if (chunks->empty()) return true;
  return *head && (*head)->chunks == hash_of_chunks(*chunks);
}

Result<void> VisitWriter::begin() {
  auto chunks = read_chunks(database_);
  if (!chunks) return fail(chunks.error());
  auto key = read_dictionary_key(database_);
  if (!key) return fail(key.error());
  if (!*key) return fail(ErrorCode::kCorrupt, "find the dictionaries' key");
  PENSTOCK_TRY(remove_visits(database_));
  PENSTOCK_TRY(blocks_.put(kDraft, ""));
  work_ = std::make_unique<Work>(*std::move(chunks), **key, *day_ms_);
  return {};
}

Result<void> VisitWriter::gather() {
  auto has_more = work_->gathering.add_next(blocks_);
  if (!has_more) return fail(has_more.error());
  work_->is_gathered = !*has_more;
  return {};
}

Result<void> VisitWriter::write_places() {
  const auto& places = work_->gathering.builder().places();
  const ChunkInfo& chunk = work_->chunks[work_->written++];
  PENSTOCK_TRY(
      write_places_of(chunk, std::span(places).subspan(work_->rows_written, chunk.rows), blocks_));
  work_->rows_written += chunk.rows;
  return {};
}

// Somebody may have changed rows since it began. A chunk that was sealed anew is not told by its
// bounds, but by the draft, which is gone then.
Result<void> VisitWriter::finish() {
  auto chunks = read_chunks(database_);
  if (!chunks) return fail(chunks.error());
  auto is_whole = has_all_in_chunks(database_);
  if (!is_whole) return fail(is_whole.error());
  auto is_of_draft = blocks_.read(kDraft, [](std::string_view) {});
  if (!is_of_draft) return fail(is_of_draft.error());
  const auto work = std::exchange(work_, nullptr);
  const bool is_same = hash_of_chunks(*chunks) == hash_of_chunks(work->chunks);
  if (!*is_whole || !*is_of_draft || !is_same) return {};
  PENSTOCK_TRY(void_visits(database_));
  return write_rest(work->chunks, work->gathering.builder().parts(), *day_ms_, blocks_);
}

Result<void> write_all_visits(BlockSource& source, std::span<const ChunkInfo> chunks,
                              const crypto::HashKey& key, std::int64_t day_ms, BlockSink& sink) {
  Gathering gathering(chunks, key, day_ms);
  while (true) {
    auto has_more = gathering.add_next(source);
    if (!has_more) return fail(has_more.error());
    if (!*has_more) break;
  }
  const std::vector<VisitPlace>& places = gathering.builder().places();
  std::size_t first = 0;
  for (const ChunkInfo& chunk : chunks) {
    PENSTOCK_TRY(write_places_of(chunk, std::span(places).subspan(first, chunk.rows), sink));
    first += chunk.rows;
  }
  return write_rest(chunks, gathering.builder().parts(), day_ms, sink);
}

}  // namespace penstock::store
