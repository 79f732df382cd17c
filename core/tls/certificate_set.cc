#include "tls/certificate_set.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace penstock::tls {
namespace {

bool has_name(const Certificate& certificate, const std::string& name) {
  return std::find(certificate.names.begin(), certificate.names.end(), name) !=
         certificate.names.end();
}

}  // namespace

CertificateSet::CertificateSet(std::vector<Certificate> certificates)
    : certificates_(std::move(certificates)) {
  PENSTOCK_CHECK(!certificates_.empty());
  const Certificate& first = certificates_.front();
  group_with(first.names.empty() ? std::vector<std::size_t>{0} : of_name(first.names.front()));
  for (const Certificate& certificate : certificates_) {
    for (const std::string& name : certificate.names) {
      names_.push_back({name, group_with(of_name(name))});
    }
  }
  const auto is_before = [](const Name& a, const Name& b) { return a.text < b.text; };
  std::sort(names_.begin(), names_.end(), is_before);
}

// The first of each kind of key.
std::vector<std::size_t> CertificateSet::of_name(const std::string& name) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < certificates_.size(); ++i) {
    if (!has_name(certificates_[i], name)) continue;
    const int kind = EVP_PKEY_get_base_id(certificates_[i].key.get());
    const bool is_taken = std::any_of(found.begin(), found.end(), [&](std::size_t other) {
      return EVP_PKEY_get_base_id(certificates_[other].key.get()) == kind;
    });
    if (!is_taken) found.push_back(i);
  }
  return found;
}

std::size_t CertificateSet::group_with(const std::vector<std::size_t>& certificates) {
  const auto found = std::find(groups_.begin(), groups_.end(), certificates);
  if (found != groups_.end()) return static_cast<std::size_t>(found - groups_.begin());
  groups_.push_back(certificates);
  return groups_.size() - 1;
}

const CertificateSet::Name* CertificateSet::find(std::string_view name) const {
  const auto is_before = [](const Name& a, std::string_view b) { return a.text < b; };
  const auto found = std::lower_bound(names_.begin(), names_.end(), name, is_before);
  return found != names_.end() && found->text == name ? &*found : nullptr;
}

std::size_t CertificateSet::group_of(std::string_view name) const {
  if (name.ends_with('.')) name.remove_suffix(1);
  const std::string lower = to_lower(name);
  if (const Name* found = find(lower)) return found->group;
  const std::size_t dot = lower.find('.');
  if (dot == std::string::npos || dot == 0) return 0;
  const Name* found = find(str_cat("*", std::string_view(lower).substr(dot)));
  return found == nullptr ? 0 : found->group;
}

}  // namespace penstock::tls
