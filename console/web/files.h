// The page's files as the build embeds them in the program: nothing is read from disk at run time.
//
// The table is written by console/web/build.mjs; names of script and style carry a hash of their
// content, so a browser may keep them for good.
#pragma once

#include <span>
#include <string_view>

namespace penstock::web {

struct File {
  std::string_view path;  // "/index.html", "/assets/main-3F7Q.js".
  std::string_view content_type;
  std::string_view content;
  std::string_view gzipped;  // "" where it would be no smaller.
  bool is_immutable;         // Its name carries its hash.
};

std::span<const File> files();

}  // namespace penstock::web
