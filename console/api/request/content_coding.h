// Answers by gzip, for clients that take it: a page of a thousand events is a ninth as long.
#pragma once

#include <cstddef>

#include "http/message.h"

namespace penstock::console {

// Bytes of a body below which it is left as it is: a few packets, whatever it says.
inline constexpr std::size_t kCompressedBytesMin = 4'096;

// The answer says that it depends on Accept-Encoding, whether it is compressed or not. One ETag is
// that of both, which a weak one may be (RFC 9110, 8.8.1), as AnswerTag's are.
void code_content(http::Response& response, bool takes_gzip);

}  // namespace penstock::console
