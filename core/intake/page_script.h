// GET /p.js: the script that web pages load, from page_script.js beside this file.
#pragma once

#include <string>
#include <string_view>

namespace penstock::intake {

std::string_view page_script();

// Quoted, changes with the script.
std::string page_script_etag();

}  // namespace penstock::intake
