// An envelope: a line of headers, then items, each a line of headers and a payload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "json/reader.h"

namespace penstock::adapter {

struct EnvelopeHeader {
  std::string event_id;
  std::string sent_at;
  std::string key;  // Of the DSN.
};

struct EnvelopeItem {
  std::string type;
  std::string file_name;
  std::string content_type;
  std::string attachment_type;
  std::string_view payload;  // Lent by the envelope.
};

class Envelope {
 public:
  // Borrows both. Requires kReadablePadding bytes behind the text.
  Envelope(std::string_view text, json::Reader& reader) : rest_(text), reader_(reader) {}

  // Once, first. Nullopt: this is no envelope.
  std::optional<EnvelopeHeader> header();

  enum class Next : std::uint8_t { kItem, kEnd, kBroken };
  // kBroken: what follows cannot be told apart any more.
  Next next(EnvelopeItem& item);

 private:
  std::string_view take_line();

  std::string_view rest_;
  json::Reader& reader_;
};

// "https://KEY:secret@host/42": "KEY".
std::string_view key_of_dsn(std::string_view dsn);

}  // namespace penstock::adapter
