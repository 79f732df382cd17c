// The page: files that the build has put into the program, with what lets browsers keep them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "console/web/files.h"
#include "http/message.h"

namespace penstock::console {

class StaticFiles {
 public:
  // Borrows the files.
  explicit StaticFiles(std::span<const web::File> files);

  // A path without a dot that is no file is a place within the page, and gets index.html; any other
  // is 404. 304 where the client has it already.
  http::Response answer(const http::Request& request) const;

 private:
  struct Entry {
    web::File file;
    std::string etag;  // With its quotes.
  };
  std::unordered_map<std::string_view, Entry> entries_;
};

}  // namespace penstock::console
