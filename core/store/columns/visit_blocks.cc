#include "store/columns/visit_blocks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "base/hash.h"
#include "base/wide.h"
#include "store/columns/int_block.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {
namespace {

static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(ChunkInfo) == 40, "no bytes between its members: they are hashed");

constexpr const char* kStep = "read a block of visits";
constexpr std::size_t kHeadBytes = 20;
constexpr std::size_t kRounds = 64;

BlockId id_of(ColumnNumber column, std::uint32_t number) {
  return {BlockKind::kVisits, column, number};
}

// `read` of a block that has to be there.
template <class Read>
Result<void> read_there(BlockSource& source, const BlockId& id, Read read) {
  Result<void> done;
  auto is_there = source.read(id, [&](std::string_view bytes) { done = read(bytes); });
  if (!is_there) return fail(is_there.error());
  return *is_there ? done : fail(ErrorCode::kCorrupt, "find a block of visits");
}

// Takes the block of out.size() numbers at the beginning of `bytes`.
Result<void> take_numbers(std::string_view& bytes, std::span<std::uint32_t> out) {
  auto length = int_block_bytes(bytes, out.size());
  if (!length) return fail(length.error());
  PENSTOCK_TRY(read_int_block(bytes.substr(0, *length), out));
  bytes.remove_prefix(*length);
  return {};
}

Result<void> read_parts_block(std::string_view bytes, std::size_t first, VisitParts& parts) {
  const std::size_t count = parts.size() - first;
  for (auto* column : {&parts.start_s, &parts.length_s, &parts.events}) {
    PENSTOCK_TRY(take_numbers(bytes, std::span(*column).subspan(first, count)));
  }
  if (!bytes.empty()) return fail(ErrorCode::kCorrupt, kStep);
  for (std::size_t i = first; i < parts.size(); ++i) {
    const bool is_in_day = parts.start_s[i] < kDayS && parts.length_s[i] < kDayS &&
                           parts.end_s(i) < kDayS && parts.events[i] > 0;
    if (!is_in_day) return fail(ErrorCode::kCorrupt, kStep);
  }
  return {};
}

Result<void> read_edges(BlockSource& source, VisitParts& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts.has_edge(i)) parts.edges.push_back({static_cast<std::uint32_t>(i + 1), 0});
  }
  if (parts.edges.empty()) return {};
  std::vector<std::int64_t> keys(parts.edges.size());
  PENSTOCK_TRY(read_there(source, id_of(kVisitEdgeKeys, 0),
                          [&](std::string_view bytes) { return read_int_block(bytes, keys); }));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    parts.edges[i].key = static_cast<std::uint64_t>(keys[i]);
  }
  return {};
}

// Gives numbers back what append_visit_places() took from them. Whether one of the places is none.
// A fixed number of rounds without a branch, so that the loop becomes wide at -O2 too.
template <std::size_t kCount>
bool add_taken(std::span<VisitPlace, kCount> places, std::uint32_t taken, std::uint32_t parts) {
  std::int32_t is_bad = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    const VisitPlace place = places[i];
    const std::uint32_t number = part_number(place);
    const std::uint32_t if_numbered = number != 0 ? UINT32_MAX : 0;
    // Both are below 2^30: so are no sums beyond 2^31.
    const auto whole = static_cast<std::int32_t>(number + (taken & if_numbered));
    is_bad |= whole > static_cast<std::int32_t>(parts) ? 1 : 0;
    is_bad |= (place | if_numbered) != (kAlone | if_numbered) ? 1 : 0;
    places[i] = place + (taken << 2 & if_numbered);
  }
  return is_bad != 0;
}

}  // namespace

std::uint64_t hash_of_chunks(std::span<const ChunkInfo> chunks) {
  return hash64({reinterpret_cast<const char*>(chunks.data()), chunks.size_bytes()});
}

// Four bytes with what is taken from the numbers, so that the least one is 1; then the places.
void append_visit_places(std::span<const VisitPlace> places, std::string& out) {
  std::uint32_t least = kPartsMax;
  for (const VisitPlace place : places) {
    if (part_number(place) != 0) least = std::min(least, part_number(place));
  }
  const std::uint32_t taken = least == kPartsMax ? 0 : least - 1;
  std::vector<std::uint32_t> narrow(places.begin(), places.end());
  for (std::uint32_t& place : narrow) {
    if (part_number(place) != 0) place -= taken << 2;
  }
  char head[sizeof taken];
  std::memcpy(head, &taken, sizeof taken);
  out.append(head, sizeof head);
  append_int_block(narrow, out);
}

PENSTOCK_WIDE Result<void> read_visit_places(std::string_view bytes, std::uint32_t parts,
                                             std::span<VisitPlace> out) {
  std::uint32_t taken = 0;
  if (bytes.size() < sizeof taken) return fail(ErrorCode::kCorrupt, kStep);
  std::memcpy(&taken, bytes.data(), sizeof taken);
  if (taken > kPartsMax) return fail(ErrorCode::kCorrupt, kStep);
  PENSTOCK_TRY(read_int_block(bytes.substr(sizeof taken), out));
  bool is_bad = false;
  std::size_t first = 0;
  for (; first + kRounds <= out.size(); first += kRounds) {
    is_bad |= add_taken(out.subspan(first).first<kRounds>(), taken, parts);
  }
  for (; first < out.size(); ++first) {
    is_bad |= add_taken(out.subspan(first).first<1>(), taken, parts);
  }
  if (is_bad) return fail(ErrorCode::kCorrupt, kStep);
  return {};
}

Result<void> read_visit_places(BlockSource& source, std::uint32_t chunk, std::uint32_t parts,
                               std::span<VisitPlace> out) {
  return read_there(source, id_of(kVisitPlaces, chunk),
                    [&](std::string_view bytes) { return read_visit_places(bytes, parts, out); });
}

Result<void> write_visit_parts(const VisitParts& parts, BlockSink& sink) {
  std::string block;
  for (std::size_t first = 0; first < parts.size(); first += kPartsABlock) {
    const std::size_t count = std::min<std::size_t>(kPartsABlock, parts.size() - first);
    block.clear();
    for (const auto* column : {&parts.start_s, &parts.length_s, &parts.events}) {
      append_int_block(std::span(*column).subspan(first, count), block);
    }
    PENSTOCK_TRY(
        sink.put(id_of(kVisitParts, static_cast<std::uint32_t>(first / kPartsABlock)), block));
  }
  if (parts.edges.empty()) return {};
  std::vector<std::int64_t> keys;
  keys.reserve(parts.edges.size());
  for (const auto& edge : parts.edges) keys.push_back(static_cast<std::int64_t>(edge.key));
  block.clear();
  append_int_block(keys, block);
  return sink.put(id_of(kVisitEdgeKeys, 0), block);
}

// Room is made as blocks are found, whatever the count says.
Result<VisitParts> read_visit_parts(BlockSource& source, std::uint32_t count) {
  VisitParts parts;
  for (std::size_t first = 0; first < count; first += kPartsABlock) {
    const std::size_t end = std::min<std::size_t>(first + kPartsABlock, count);
    for (auto* column : {&parts.start_s, &parts.length_s, &parts.events}) column->resize(end);
    const BlockId id = id_of(kVisitParts, static_cast<std::uint32_t>(first / kPartsABlock));
    PENSTOCK_TRY(read_there(
        source, id, [&](std::string_view bytes) { return read_parts_block(bytes, first, parts); }));
  }
  PENSTOCK_TRY(read_edges(source, parts));
  return parts;
}

Result<void> write_visit_head(const VisitHead& head, BlockSink& sink) {
  char bytes[kHeadBytes];
  std::memcpy(bytes, &head.day_ms, sizeof head.day_ms);
  std::memcpy(bytes + 8, &head.chunks, sizeof head.chunks);
  std::memcpy(bytes + 16, &head.parts, sizeof head.parts);
  return sink.put(id_of(kVisitHead, 0), {bytes, sizeof bytes});
}

Result<std::optional<VisitHead>> read_visit_head(BlockSource& source) {
  VisitHead head{};
  bool is_whole = false;
  auto is_there = source.read(id_of(kVisitHead, 0), [&](std::string_view bytes) {
    is_whole = bytes.size() == kHeadBytes;
    if (!is_whole) return;
    std::memcpy(&head.day_ms, bytes.data(), sizeof head.day_ms);
    std::memcpy(&head.chunks, bytes.data() + 8, sizeof head.chunks);
    std::memcpy(&head.parts, bytes.data() + 16, sizeof head.parts);
  });
  if (!is_there) return fail(is_there.error());
  if (!*is_there) return std::optional<VisitHead>();
  if (!is_whole || head.parts > kPartsMax) return fail(ErrorCode::kCorrupt, kStep);
  return std::optional(head);
}

}  // namespace penstock::store
