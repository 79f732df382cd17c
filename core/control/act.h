// One thing that another program may ask for: a row of the handler's table.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace penstock::control {

struct Act {
  http::Method method;
  std::string path;  // As http::Router takes it: "{}" takes one segment.
  // Blocks. `segment` is what "{}" took, as sent; `body` has kReadablePadding behind it. The answer
  // is for whoever asked the other program: 404 and 503 with a sentence for people.
  std::function<http::Response(std::string_view segment, std::string_view body)> run;
};

}  // namespace penstock::control
