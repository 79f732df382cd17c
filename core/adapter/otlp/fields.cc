#include "adapter/otlp/fields.h"

namespace penstock::adapter {

FieldReader::FieldReader(std::string_view message)
    : message_(message),
      stream_(pb_istream_from_buffer(reinterpret_cast<const pb_byte_t*>(message.data()),
                                     message.size())) {}

bool FieldReader::next(Field& field) {
  if (is_broken_) return false;
  pb_wire_type_t type{};
  bool is_at_end = false;
  if (!pb_decode_tag(&stream_, &type, &field.number, &is_at_end)) {
    is_broken_ = !is_at_end;
    return false;
  }
  is_broken_ = field.number == 0 || !read_value(type, field);
  return !is_broken_;
}

bool FieldReader::read_value(pb_wire_type_t type, Field& field) {
  switch (type) {
    case PB_WT_VARINT:
      field.type = WireType::kVarint;
      return pb_decode_varint(&stream_, &field.value);
    case PB_WT_64BIT:
      field.type = WireType::kFixed64;
      return pb_decode_fixed64(&stream_, &field.value);
    case PB_WT_32BIT: {
      field.type = WireType::kFixed32;
      std::uint32_t value = 0;
      const bool is_read = pb_decode_fixed32(&stream_, &value);
      field.value = value;
      return is_read;
    }
    case PB_WT_STRING:
      field.type = WireType::kBytes;
      return read_bytes(field.bytes);
    case PB_WT_PACKED:  // Never on the wire.
      break;
  }
  return false;  // Groups among them, which nobody writes.
}

bool FieldReader::read_bytes(std::string_view& bytes) {
  std::uint32_t size = 0;
  if (!pb_decode_varint32(&stream_, &size) || size > stream_.bytes_left) return false;
  bytes = message_.substr(message_.size() - stream_.bytes_left, size);
  return pb_read(&stream_, nullptr, size);
}

}  // namespace penstock::adapter
