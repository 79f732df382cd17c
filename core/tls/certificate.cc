#include "tls/certificate.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "files/whole_file.h"

namespace penstock::tls {
namespace {

// A chain is a few kilobytes; a larger file is another kind of file.
constexpr std::size_t kFileBytesMax = 1'048'576;
// A certificate has a hundred names at most where it comes from a public authority.
constexpr int kNamesMax = 10'000;

struct NamesFree {
  void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};

std::string text_of(const ASN1_STRING* string) {
  const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(string));
  return {bytes, static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string common_name(X509* certificate) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return "";
  return text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

// The subject counts only where there are no others, as it does for clients.
std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, NamesFree> all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  const int count = all == nullptr ? 0 : std::min(sk_GENERAL_NAME_num(all.get()), kNamesMax);
  for (int i = 0; i < count; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type == GEN_DNS) names.push_back(to_lower(text_of(name->d.dNSName)));
  }
  if (all == nullptr) {
    if (std::string name = common_name(certificate); !name.empty()) {
      names.push_back(to_lower(name));
    }
  }
  return names;
}

std::int64_t seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<std::int64_t>(::timegm(&parts));
}

// Nobody is there to be asked for a passphrase.
int refuse_passphrase(char* /*buffer*/, int /*size*/, int /*is_writing*/, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

bool read_chain(const std::string& pem, Certificate& out) {
  const BioPtr reader = reader_of(pem);
  out.leaf.reset(PEM_read_bio_X509_AUX(reader.get(), nullptr, nullptr, nullptr));
  if (out.leaf == nullptr) return false;
  while (X509* next = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) {
    out.chain.emplace_back(next);
  }
  // Ends with "no start line"; anything else is a block that could not be read.
  const unsigned long last = ERR_peek_last_error();
  const bool is_at_end =
      ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (is_at_end) ERR_clear_error();
  return is_at_end;
}

std::string reason_of_key(bool is_encrypted) {
  const std::string reason = take_reason();
  if (is_encrypted) {
    return "is locked with a passphrase, which nobody is there to type; write it without one "
           "(openssl pkey -in KEY -out KEY.plain)";
  }
  if (reason == "no start line" || reason == "unsupported") return "holds no private key in PEM";
  return str_cat("cannot be used: ", reason);
}

}  // namespace

std::string Certificate::name() const {
  if (!names.empty()) return names.front();
  const std::string subject = leaf == nullptr ? "" : common_name(leaf.get());
  return subject.empty() ? path : subject;
}

CertificateExpiry expiry_of(const Certificate& certificate) {
  return {certificate.name(), certificate.path, certificate.expires_s};
}

std::string read_pem(const std::string& path, std::string& what) {
  auto text = files::read_whole_file(path, kFileBytesMax);
  if (text) return std::move(*text);
  const int error =
      static_cast<int>(text.error().native < 0 ? -text.error().native : text.error().native);
  if (error == EFBIG) {
    what = str_cat(path, " is larger than 1 MiB");
  } else if (error == EINVAL) {
    what = str_cat(path, " is no regular file");
  } else {
    what = str_cat(path, " cannot be read: ", std::strerror(error));
  }
  if (error == EACCES) {
    what +=
        "; let the service's user read it (chgrp penstock-programs FILE, chmod 0640 FILE, and its "
        "folders searchable), or hand it over by LoadCredential= in the unit";
  }
  return "";
}

std::optional<Certificate> read_certificate(const std::string& certificate_path,
                                            const std::string& key_path, FileFault& fault) {
  fault.which = FileFault::Which::kCertificate;
  ERR_clear_error();
  Certificate out;
  out.path = certificate_path;
  const std::string chain = read_pem(certificate_path, fault.what);
  if (!fault.what.empty()) return std::nullopt;
  if (!read_chain(chain, out)) {
    const std::string reason = take_reason();
    fault.what = reason == "no start line"
                     ? str_cat(certificate_path, " holds no certificate in PEM")
                     : str_cat(certificate_path, " cannot be used: ", reason);
    return std::nullopt;
  }
  out.names = names_of(out.leaf.get());
  out.expires_s = seconds_of(X509_get0_notAfter(out.leaf.get()));

  fault.which = FileFault::Which::kKey;
  std::string key = read_pem(key_path, fault.what);
  if (!fault.what.empty()) return std::nullopt;
  bool is_encrypted = false;
  out.key.reset(
      PEM_read_bio_PrivateKey(reader_of(key).get(), nullptr, refuse_passphrase, &is_encrypted));
  OPENSSL_cleanse(key.data(), key.size());
  if (out.key == nullptr) {
    fault.what = str_cat(key_path, " ", reason_of_key(is_encrypted));
    return std::nullopt;
  }
  if (X509_check_private_key(out.leaf.get(), out.key.get()) != 1) {
    ERR_clear_error();
    fault.what = str_cat(key_path, " is not the key of the certificate in ", certificate_path);
    return std::nullopt;
  }
  return out;
}

std::vector<X509Ptr> read_authorities(const std::string& path, std::string& pem, FileFault& fault) {
  fault.which = FileFault::Which::kAuthorities;
  std::vector<X509Ptr> authorities;
  pem = read_pem(path, fault.what);
  if (!fault.what.empty()) return authorities;
  const BioPtr reader = reader_of(pem);
  while (X509* next = PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)) {
    authorities.emplace_back(next);
  }
  ERR_clear_error();
  if (authorities.empty()) fault.what = str_cat(path, " holds no certificate in PEM");
  return authorities;
}

}  // namespace penstock::tls
