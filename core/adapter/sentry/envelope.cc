#include "adapter/sentry/envelope.h"

#include <span>

#include "base/utf8.h"

namespace penstock::adapter {
namespace {

struct Member {
  std::string_view name;
  std::string* text;
};

// Copies the texts that are named; false where the line is no object.
bool read_line(json::Reader& reader, std::string_view line, std::span<const Member> members,
               std::optional<std::int64_t>& length) {
  const auto read = reader.read(line, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key == "length" && value.kind() == json::Kind::kNumber) {
        if (const auto number = value.integer()) length = *number;
      }
      if (value.kind() != json::Kind::kString) return {};
      for (const Member& member : members) {
        if (member.name != key) continue;
        const auto text = value.string();
        if (!text) return fail(text.error());
        member.text->assign(*text);
      }
      return {};
    });
  });
  return read.has_value();
}

}  // namespace

std::string_view key_of_dsn(std::string_view dsn) {
  const std::size_t scheme = dsn.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = dsn.substr(scheme + 3);
  const std::string_view user = rest.substr(0, rest.find('@'));
  return user.size() == rest.size() ? std::string_view() : user.substr(0, user.find(':'));
}

std::string_view Envelope::take_line() {
  const std::size_t end = rest_.find('\n');
  const std::string_view line = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
  return line;
}

std::optional<EnvelopeHeader> Envelope::header() {
  rest_ = without_byte_order_mark(rest_);
  EnvelopeHeader header;
  std::string dsn;
  const Member members[] = {
      {"event_id", &header.event_id}, {"sent_at", &header.sent_at}, {"dsn", &dsn}};
  std::optional<std::int64_t> length;
  if (!read_line(reader_, take_line(), members, length)) return std::nullopt;
  header.key = key_of_dsn(dsn);
  return header;
}

Envelope::Next Envelope::next(EnvelopeItem& item) {
  while (rest_.starts_with('\n') || rest_.starts_with("\r\n")) {
    rest_ = rest_.substr(rest_.find('\n') + 1);
  }
  if (rest_.empty()) return Next::kEnd;
  item = {};
  const Member members[] = {{"type", &item.type},
                            {"filename", &item.file_name},
                            {"content_type", &item.content_type},
                            {"attachment_type", &item.attachment_type}};
  std::optional<std::int64_t> length;
  if (!read_line(reader_, take_line(), members, length)) return Next::kBroken;
  if (!length) {
    item.payload = take_line();
    return Next::kItem;
  }
  const auto bytes = static_cast<std::uint64_t>(*length);
  if (*length < 0 || bytes > rest_.size()) return Next::kBroken;
  item.payload = rest_.substr(0, bytes);
  rest_ = rest_.substr(bytes);
  return Next::kItem;
}

}  // namespace penstock::adapter
