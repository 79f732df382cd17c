#include "console/api/errors/error_event.h"

#include <utility>

#include "base/bytes.h"
#include "base/text.h"
#include "store/contract/dimension.h"

namespace penstock::console {
namespace {

constexpr std::uint32_t kScalarDepth = 1;

struct FramePlace {
  std::string text;
  bool is_own = false;
};

// As the store takes a property: a text, or a scalar's JSON; nothing of what has members.
Result<std::string_view> scalar_text(json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kString:
      return value.string();
    case json::Kind::kObject:
    case json::Kind::kArray:
      return std::string_view();
    case json::Kind::kNumber:
    case json::Kind::kBool:
    case json::Kind::kNull:
      break;
  }
  return value.raw(kScalarDepth);
}

Result<FramePlace> frame_place_of(json::Value& frame) {
  std::string file;
  std::string function;
  FramePlace place;
  if (frame.kind() != json::Kind::kObject) return place;
  PENSTOCK_TRY(frame.members([&](std::string_view key, json::Value& value) -> Result<void> {
    if (key == "in_app" && value.kind() == json::Kind::kBool) {
      auto is_own = value.boolean();
      if (!is_own) return fail(is_own.error());
      place.is_own = *is_own;
    }
    if (key != "file" && key != "function") return {};
    auto text = scalar_text(value);
    if (!text) return fail(text.error());
    (key == "file" ? file : function) = store::dimension_value(*text);
    return {};
  }));
  place.text = function.empty() ? std::move(file)
               : file.empty()   ? std::move(function)
                                : str_cat(function, " (", file, ")");
  return place;
}

// The first of the application's own, or the first of all.
Result<std::string> place_of(json::Value& frames) {
  std::string first;
  std::string own;
  if (frames.kind() != json::Kind::kArray) return first;
  PENSTOCK_TRY(frames.elements([&](json::Value& frame) -> Result<void> {
    if (!own.empty()) return {};
    auto place = frame_place_of(frame);
    if (!place) return fail(place.error());
    if (first.empty()) first = place->text;
    if (place->is_own) own = std::move(place->text);
    return {};
  }));
  return own.empty() ? first : own;
}

Result<void> read_properties(json::Value& root, ErrorEvent& error) {
  if (root.kind() != json::Kind::kObject) return {};
  const struct {
    std::string_view name;
    std::string& text;
    std::size_t bytes_max;
  } wanted[] = {{"fingerprint", error.key.fingerprint, store::kDimensionValueBytesMax},
                {"class", error.class_name, store::kDimensionValueBytesMax},
                {"message", error.message, kErrorMessageBytesMax},
                {"release", error.release, store::kDimensionValueBytesMax},
                {"level", error.level, kErrorLevelBytesMax}};
  return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
    if (key == "frames") {
      auto place = place_of(value);
      if (!place) return fail(place.error());
      error.place = utf8_prefix(*place, store::kDimensionValueBytesMax);
      return {};
    }
    for (const auto& one : wanted) {
      if (one.name != key) continue;
      // Of a key that comes twice the last value counts that is no object, as in the store.
      if (value.kind() == json::Kind::kObject || value.kind() == json::Kind::kArray) return {};
      auto text = scalar_text(value);
      if (!text) return fail(text.error());
      one.text = utf8_prefix(*text, one.bytes_max);
    }
    return {};
  });
}

}  // namespace

ErrorEvent error_event_of(const event::Row& row, json::Reader& reader) {
  ErrorEvent error;
  std::string text(row.record.properties);
  reserve_padding(text);
  const auto read = reader.read(
      text, [&](json::Value& root) -> Result<void> { return read_properties(root, error); });
  if (!read) error = {};
  error.key.project = store::dimension_value(row.record.project);
  if (error.key.fingerprint.empty()) {
    error.key.name = store::dimension_value(row.record.name);
    error.key.said = store::dimension_value(error.message);
  }
  if (error.class_name.empty()) error.class_name = store::dimension_value(row.record.name);
  error.source = row.record.source;
  error.id = row.record.id.hex();
  error.occurred_at_ms = row.record.occurred_at_ms;
  error.received_at_ms = row.record.received_at_ms;
  return error;
}

}  // namespace penstock::console
