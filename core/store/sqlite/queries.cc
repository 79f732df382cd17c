#include "store/sqlite/queries.h"

#include "store/sqlite/charts.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/listing.h"

namespace penstock::store {
namespace {

class SqliteQueries final : public Queries {
 public:
  explicit SqliteQueries(const std::string& path) : days_(path), charts_(days_), listing_(days_) {}

  Result<Series> timeseries(const Range& range, std::int64_t step_s,
                            const Filter& filter) override {
    return charts_.timeseries(range, step_s, filter);
  }
  Result<std::vector<TopEntry>> top(const Range& range, Dimension dimension, const Filter& filter,
                                    std::uint32_t limit) override {
    return charts_.top(range, dimension, filter, limit);
  }
  Result<Summary> summary(const Range& range, const Filter& filter) override {
    return charts_.summary(range, filter);
  }
  Result<std::string> events(const Range& range, const Filter& filter, const Page& page,
                             FunctionRef<bool(const event::Row&)> visit) override {
    return listing_.events(range, filter, page, visit);
  }
  Result<void> scan(const Range& range, const Filter& filter,
                    FunctionRef<bool(const event::Row&)> visit) override {
    return listing_.scan(range, filter, visit);
  }
  Result<std::string> follow(const std::string& position, std::uint32_t limit,
                             FunctionRef<bool(const event::Row&)> visit) override {
    return listing_.follow(position, limit, visit);
  }
  Result<std::optional<std::string>> event_json(std::string_view id_hex) override {
    return listing_.event_json(id_hex);
  }

 private:
  DayReaders days_;
  Charts charts_;
  Listing listing_;
};

}  // namespace

Result<std::unique_ptr<Queries>> open_sqlite_queries(const std::string& path) {
  return std::unique_ptr<Queries>(std::make_unique<SqliteQueries>(path));
}

}  // namespace penstock::store
