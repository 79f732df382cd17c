#include "cli/import/bookmark.h"

#include <charconv>

#include <unistd.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "files/whole_file.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kBytesMax = 4'096;
constexpr std::string_view kVersion = "penstock-import 1 ";

bool take_number(std::string_view& text, std::uint64_t& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

}  // namespace

Bookmark::Bookmark(const std::string& folder, const std::vector<std::string>& command) {
  std::string all;
  for (const std::string& word : command) {
    all += word;
    all += '\0';
  }
  const crypto::Digest digest = crypto::digest_of("import", all);
  path_ = str_cat(folder, "/import-");
  append_hex(path_, {reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::optional<Place> Bookmark::read() const {
  const auto content = files::read_whole_file(path_, kBytesMax);
  if (!content || !content->starts_with(kVersion)) return std::nullopt;
  std::string_view text = std::string_view(*content).substr(kVersion.size());
  Place place;
  if (!take_number(text, place.file) || !take_number(text, place.rows) ||
      !take_number(text, place.row_hash)) {
    return std::nullopt;
  }
  return place;
}

Result<void> Bookmark::write(const Place& place) const {
  return files::write_whole_file(
      path_, str_cat(kVersion, place.file, " ", place.rows, " ", place.row_hash, "\n"), {});
}

void Bookmark::remove() const { ::unlink(path_.c_str()); }

}  // namespace penstock::cli
