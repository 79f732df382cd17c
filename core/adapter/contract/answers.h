// Answers that several protocols give, as Answer::text and ReadOutcome::own_answer take them.
#pragma once

#include <string>
#include <string_view>

namespace penstock::adapter {

std::string typed_answer(std::string_view content_type, std::string_view body);
std::string json_answer(std::string_view body);
std::string text_answer(std::string_view body);

// One transparent pixel as a GIF of 43 bytes, never cached.
std::string_view pixel_answer();

// 200 or 204 with nothing in it.
inline constexpr std::string_view kEmptyAnswer = "Content-Length: 0\r\n\r\n";
inline constexpr std::string_view kNoContentAnswer = "Cache-Control: no-store\r\n\r\n";

}  // namespace penstock::adapter
