// What becomes of a body that is over ingest.max_body_bytes or max_inflated_bytes. A route says it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock::adapter {

// How a frame begins, or a value inside one.
struct FrameHead {
  enum class Kind : std::uint8_t {
    kHead,
    kFiller,  // `bytes` that belong to no frame.
    kShort,   // More of it must come.
    kBroken,  // Where it ends cannot be told, nor where another begins.
  };

  Kind kind = Kind::kShort;
  std::size_t bytes = 0;         // Of the head; at most kFrameHeadBytesMax unless it is filler.
  std::uint64_t body_bytes = 0;  // Behind it.
  std::uint64_t values = 0;      // Behind that, each with a head of its own.
};

inline constexpr std::size_t kFrameHeadBytesMax = 64;

// Of what `text` begins with, which is not empty.
using ReadFrameHead = FrameHead (*)(std::string_view text);

struct LargeBody {
  enum class Way : std::uint8_t {
    kRefused,
    // In pieces, each read as a request of its own as it comes, up to ingest.max_drain_bytes: what
    // one event says must not depend on those around it.
    kText,    // Cut between lines, or between the elements of one JSON array.
    kRun,     // Cut between JSON objects and arrays that stand one behind the other.
    kFrames,  // Cut between frames.
    // Held as smaller ones are, up to ingest.max_document_bytes: all of its events or none.
    kWhole,
  };

  Way way = Way::kRefused;
  ReadFrameHead read_head = nullptr;  // Of kFrames.

  bool is_cut() const { return way != Way::kRefused && way != Way::kWhole; }
};

}  // namespace penstock::adapter
