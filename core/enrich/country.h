// The country of an address, from a database in MaxMind's format.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::enrich {

class CountryFinder {
 public:
  // kConfiguration where the file is missing or no such database.
  static Result<std::unique_ptr<CountryFinder>> open(const std::string& path);
  ~CountryFinder();
  CountryFinder(const CountryFinder&) = delete;
  CountryFinder& operator=(const CountryFinder&) = delete;

  // ISO 3166-1 alpha-2 in upper case; "" where unknown, and for addresses of no country: private,
  // local or malformed ones. A view into the database, valid as long as the finder.
  std::string_view country(std::string_view ip) const;

 private:
  struct Database;
  explicit CountryFinder(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace penstock::enrich
