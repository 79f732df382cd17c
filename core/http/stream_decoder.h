// Undoes one Content-Encoding piece by piece, within memory that does not grow with the body; for a
// body that is held whole BodyDecoder is the faster one, and knows several codings.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/body_decoder.h"
#include "http/coding_format.h"

namespace penstock::http {

// kGzip or kZstd by what a text begins with, else kIdentity. Four bytes are enough.
Encoding encoding_by_beginning(std::string_view beginning);

// What files may ask for that `zstd` has made by any of its levels; as much memory is taken then.
inline constexpr int kZstdFileWindowLogMax = 27;

class StreamDecoder {
 public:
  // kUnknown is not allowed. A zstd frame may ask for a window of so many bits.
  explicit StreamDecoder(Encoding encoding, int zstd_window_log_max = kZstdWindowLogMax);
  ~StreamDecoder();

  // Appends what `in` unpacks to, at most `room` bytes, and returns how many bytes of `in` it took.
  // It took all of them unless the room was used up; what then remains is given again. kRejected
  // for what is broken, or follows its end and belongs to no body; kOverloaded for a zstd frame
  // that asks for a larger window. After an error, feed no more.
  Result<std::size_t> feed(std::string_view in, std::size_t room, std::string& out);

  // Whether the body may end here.
  bool is_whole() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::http
