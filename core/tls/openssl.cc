#include "tls/openssl.h"

#include <openssl/err.h>

#include "base/check.h"

namespace penstock::tls {

std::string take_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown error" : reason;
}

BioPtr reader_of(const std::string& text) {
  BioPtr reader(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  PENSTOCK_CHECK(reader != nullptr);
  return reader;
}

}  // namespace penstock::tls
