// Which of many networks an address is in: sorted ranges, so that a data centre's ten thousand cost
// what one does.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "http/client_address.h"

namespace penstock::intake {

class AddressRanges {
 public:
  AddressRanges() = default;
  explicit AddressRanges(const http::NetworkList& networks);

  bool contains(const http::Address& address) const;
  bool is_empty() const { return ranges_.empty(); }
  // Networks that lie in one another or touch are one.
  std::size_t size() const { return ranges_.size(); }

 private:
  struct Range {
    http::Address first;
    http::Address last;
  };
  std::vector<Range> ranges_;  // In order, apart from one another.
};

}  // namespace penstock::intake
