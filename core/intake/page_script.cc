#include "intake/page_script.h"

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "http/entity_tag.h"
#include "http/gzip.h"

// The names that script/bytes.S gives.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {
extern const char penstock_page_script_begin[];
extern const char penstock_page_script_end[];
}
// NOLINTEND(readability-identifier-naming)

namespace penstock::intake {
namespace {

std::string text_for(std::string_view events_path) {
  std::string text(page_script());
  const std::size_t place = text.find(kScriptEventsPath);
  PENSTOCK_CHECK(place != std::string::npos);
  return text.replace(place, kScriptEventsPath.size(), events_path);
}

}  // namespace

std::string_view page_script() {
  return {penstock_page_script_begin,
          static_cast<std::size_t>(penstock_page_script_end - penstock_page_script_begin)};
}

PageScript::Form::Form(std::string_view body, std::string_view tag_end, std::string_view more_lines)
    : etag(str_cat('"', hash64(body), tag_end, '"')) {
  const std::string head = str_cat("Cache-Control: public, max-age=3600\r\nETag: ", etag,
                                   "\r\nVary: Accept-Encoding\r\n");
  whole = str_cat(head, more_lines, "Content-Type: text/javascript; charset=utf-8\r\n",
                  "Content-Length: ", body.size(), "\r\n\r\n", body);
  unchanged = head + "\r\n";
}

PageScript::PageScript(std::string_view events_path)
    : plain_(text_for(events_path), "", ""),
      gzipped_(http::gzip(text_for(events_path)), "-gz", "Content-Encoding: gzip\r\n") {}

adapter::Answer PageScript::answer(std::string_view accept_encoding,
                                   std::string_view if_none_match) const {
  const Form& form = http::accepts_gzip(accept_encoding) ? gzipped_ : plain_;
  const bool is_known = http::names_any(if_none_match) || http::names_tag(if_none_match, form.etag);
  return is_known ? adapter::Answer{304, form.unchanged} : adapter::Answer{200, form.whole};
}

}  // namespace penstock::intake
