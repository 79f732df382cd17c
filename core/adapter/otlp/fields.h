// The fields of a protobuf message, in the order in which they stand. Read by nanopb, without
// generated code and without a copy: what a message holds is a view into it.
#pragma once

#include <cstdint>
#include <string_view>

#include <pb_decode.h>

namespace penstock::adapter {

enum class WireType : std::uint8_t { kVarint, kFixed64, kBytes, kFixed32 };

struct Field {
  std::uint32_t number = 0;
  WireType type = WireType::kVarint;
  std::uint64_t value = 0;  // Of what is not kBytes.
  std::string_view bytes;   // A text, bytes or a message of its own.
};

class FieldReader {
 public:
  // Borrows `message`.
  explicit FieldReader(std::string_view message);

  // False at the end, and where the message is broken.
  bool next(Field& field);
  bool is_broken() const { return is_broken_; }

 private:
  bool read_value(pb_wire_type_t type, Field& field);
  bool read_bytes(std::string_view& bytes);

  std::string_view message_;
  pb_istream_t stream_;
  bool is_broken_ = false;
};

}  // namespace penstock::adapter
