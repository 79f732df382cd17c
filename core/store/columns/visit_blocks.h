// A day's visits as blocks, beside its columns: of each chunk its rows' places, in 2 bytes a row
// where the day has few visits at a time, and the parts, in about 5 bytes each.
//
// They are of a day at rest, written once its rows are all in chunks. They count only where they
// are of exactly the chunks that the day has: a head, written last, says of which.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/columns/blocks.h"
#include "store/columns/columns.h"
#include "store/columns/visits.h"

namespace penstock::store {

// Blocks of BlockKind::kVisits, in the place of a column.
inline constexpr ColumnNumber kVisitPlaces = 0;    // Block n is chunk n's.
inline constexpr ColumnNumber kVisitParts = 1;     // Block n has those of kPartsABlock numbers.
inline constexpr ColumnNumber kVisitEdgeKeys = 2;  // One block.
inline constexpr ColumnNumber kVisitHead = 3;      // One block.
// Without bytes, while the others are written: gone where a chunk was written meanwhile.
inline constexpr ColumnNumber kVisitDraft = 4;
inline constexpr std::uint32_t kPartsABlock = 4'096;

struct VisitHead {
  std::int64_t day_ms;
  std::uint64_t chunks;  // hash_of_chunks().
  std::uint32_t parts;

  bool operator==(const VisitHead&) const = default;
};
std::uint64_t hash_of_chunks(std::span<const ChunkInfo> chunks);

void append_visit_places(std::span<const VisitPlace> places, std::string& out);
// Reads out.size() places; kCorrupt where `bytes` are not exactly so many, and where a part's
// number is more than `parts`.
Result<void> read_visit_places(std::string_view bytes, std::uint32_t parts,
                               std::span<VisitPlace> out);

// Those of a chunk. kCorrupt also where they are not there.
Result<void> read_visit_places(BlockSource& source, std::uint32_t chunk, std::uint32_t parts,
                               std::span<VisitPlace> out);

Result<void> write_visit_parts(const VisitParts& parts, BlockSink& sink);
// `count` is the head's.
Result<VisitParts> read_visit_parts(BlockSource& source, std::uint32_t count);

Result<void> write_visit_head(const VisitHead& head, BlockSink& sink);
// Nullopt where there is none.
Result<std::optional<VisitHead>> read_visit_head(BlockSource& source);

}  // namespace penstock::store
