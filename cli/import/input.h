// What is imported: a file or standard input, unpacked where it is gzip or zstd.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/function_ref.h"
#include "files/descriptor.h"
#include "http/stream_decoder.h"

namespace penstock::cli {

class Input {
 public:
  // "-" is standard input. A folder is refused with EISDIR.
  static Result<Input> open(const std::string& path);

  // Gives the next bytes, unpacked, to `take`, in pieces. False at the end. kRejected where what is
  // packed is broken or cut off; what was given before was whole.
  Result<bool> read(FunctionRef<void(std::string_view)> take);

  const std::string& name() const { return name_; }
  bool is_standard_input() const { return is_standard_; }
  std::uint64_t bytes_read() const { return bytes_read_; }  // As they lie on the disk.
  std::uint64_t bytes_all() const { return bytes_all_; }    // 0 where nobody knows.

 private:
  Input() = default;
  Result<std::string_view> read_raw();
  Result<std::string_view> read_beginning();
  Result<void> unpack(std::string_view raw, FunctionRef<void(std::string_view)> take);

  std::string name_;
  files::Descriptor file_;
  bool is_standard_ = false;
  bool has_begun_ = false;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t bytes_all_ = 0;
  std::string raw_;
  std::string beginning_;
  std::string text_;
  std::unique_ptr<http::StreamDecoder> decoder_;
};

}  // namespace penstock::cli
