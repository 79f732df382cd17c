// The script that web pages load, made from script/page_script.js by the build.
//
// It is served at two paths, of which the operator chooses one: blockers know the other. Its events
// go to "/v1/events" of where it came from, and to its own path where that was chosen.
#pragma once

#include <string>
#include <string_view>

#include "adapter/contract/protocol.h"

namespace penstock::intake {

inline constexpr std::string_view kScriptPath = "/p.js";
inline constexpr std::string_view kScriptEventsPath = "/v1/events";

// As the build has made it.
std::string_view page_script();

// What GET answers at one of the paths. Made once: it compresses.
class PageScript {
 public:
  // Requires a path of characters that need no escape in a script's text.
  explicit PageScript(std::string_view events_path);

  // 200 with the script in the form that the request's Accept-Encoding allows, or 304 where its
  // If-None-Match has that. Lends; HEAD is the server's.
  adapter::Answer answer(std::string_view accept_encoding, std::string_view if_none_match) const;

 private:
  // Two forms are two entities and need two tags (RFC 9110, 8.8.3).
  struct Form {
    Form(std::string_view body, std::string_view tag_end, std::string_view more_lines);

    std::string etag;
    std::string whole;
    std::string unchanged;
  };

  Form plain_;
  Form gzipped_;
};

}  // namespace penstock::intake
