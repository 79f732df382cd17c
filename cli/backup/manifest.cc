#include "cli/backup/manifest.h"

#include "base/bytes.h"
#include "base/text.h"
#include "files/whole_file.h"
#include "json/reader.h"
#include "json/writer.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kManifestBytesMax = 64 << 20;

Result<void> read_text(json::Value& value, std::string& text) {
  auto read = value.string();
  if (!read) return fail(read.error());
  text = *read;
  return {};
}

Result<void> read_number(json::Value& value, std::int64_t& number) {
  auto read = value.integer();
  if (!read) return fail(read.error());
  number = *read;
  return {};
}

Result<void> read_file(json::Value& value, store::CopiedFile& file) {
  return value.members([&](std::string_view key, json::Value& member) -> Result<void> {
    if (key == "name") return read_text(member, file.name);
    if (key != "bytes") return {};
    std::int64_t bytes = 0;
    PENSTOCK_TRY(read_number(member, bytes));
    file.bytes = static_cast<std::uint64_t>(bytes);
    return {};
  });
}

// A name is joined to a folder: one that leads out of it is none of ours.
bool is_inside(std::string_view name) {
  return !name.empty() && !name.starts_with('/') && name.find("..") == std::string_view::npos;
}

Result<void> read_member(std::string_view key, json::Value& value, Manifest& manifest) {
  if (key == "format") return read_number(value, manifest.format);
  if (key == "penstock") return read_text(value, manifest.version);
  if (key == "made_at") return read_text(value, manifest.made_at);
  if (key == "owner") return read_text(value, manifest.owner);
  if (key == "files") {
    return value.elements([&](json::Value& element) -> Result<void> {
      store::CopiedFile& file = manifest.files.emplace_back();
      PENSTOCK_TRY(read_file(element, file));
      if (is_inside(file.name)) return {};
      return fail(ErrorCode::kRejected, "read the name of a file of a backup");
    });
  }
  if (key == "left_out") {
    return value.elements([&](json::Value& element) -> Result<void> {
      return read_text(element, manifest.left_out.emplace_back());
    });
  }
  return {};
}

}  // namespace

std::string manifest_text(const Manifest& manifest) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.member("format", manifest.format);
  writer.member("penstock", std::string_view(manifest.version));
  writer.member("made_at", std::string_view(manifest.made_at));
  writer.member("owner", std::string_view(manifest.owner));
  writer.key("files").begin_array();
  for (const store::CopiedFile& file : manifest.files) {
    writer.begin_object();
    writer.member("name", std::string_view(file.name));
    writer.member("bytes", file.bytes);
    writer.end_object();
  }
  writer.end_array().key("left_out").begin_array();
  for (const std::string& path : manifest.left_out) writer.value(std::string_view(path));
  writer.end_array().end_object();
  return text + "\n";
}

Result<Manifest> read_manifest(const std::string& folder) {
  auto text = files::read_whole_file(str_cat(folder, '/', kManifestName), kManifestBytesMax);
  if (!text) return fail(text.error());
  text->reserve(text->size() + kReadablePadding);
  Manifest manifest;
  manifest.format = 0;
  PENSTOCK_TRY(json::Reader().read(*text, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) {
      return read_member(key, value, manifest);
    });
  }));
  if (manifest.format >= 1) return manifest;
  return fail(ErrorCode::kRejected, "find the format of a backup");
}

}  // namespace penstock::cli
