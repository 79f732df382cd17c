// Undoes gzip or zstd of what comes in pieces and may be of any size, in little memory.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/function_ref.h"
#include "http/body_decoder.h"

namespace penstock::http {

// kGzip or kZstd by what it begins with, else kIdentity. Six bytes are enough.
Encoding encoding_by_beginning(std::string_view beginning);

class Unpacker {
 public:
  // Requires kGzip or kZstd.
  explicit Unpacker(Encoding encoding);
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  // Several members or frames, one behind another, are one text, and zeros behind them nothing.
  // kRejected where it is broken; what was given to `take` before was whole.
  Result<void> feed(std::string_view packed, FunctionRef<void(std::string_view)> take);
  // False: what came so far is cut off.
  bool is_whole() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::http
