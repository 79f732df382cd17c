#include "import/items.h"

#include <limits>
#include <string_view>

#include "adapter/contract/item_reader.h"
#include "adapter/mixpanel/mixpanel.h"
#include "adapter/segment/segment.h"
#include "import/matomo_actions.h"

namespace penstock::importing {
namespace {

// What an export says of the sending is long ago: it tells nothing of the client's clock.
adapter::ItemShape without_skew(adapter::ItemShape shape) {
  shape.skew_ignored_ms = std::numeric_limits<std::int64_t>::max();
  return shape;
}

class ObjectReader final : public RowReader {
 public:
  ObjectReader(const adapter::ItemShape& shape, std::string_view source)
      : shape_(without_skew(shape)), source_(source) {}

  adapter::ReadOutcome read(const Row& row, const adapter::Context& context) override {
    adapter::ItemReader reader(shape_, source_, context);
    reader.read_document(row.text);
    return reader.outcome();
  }

 private:
  const adapter::ItemShape shape_;
  const std::string_view source_;
};

}  // namespace

std::unique_ptr<RowReader> make_mixpanel_reader(const FormatOptions& /*options*/) {
  return std::make_unique<ObjectReader>(adapter::kMixpanelEvents, "mixpanel");
}

std::unique_ptr<RowReader> make_segment_reader(const FormatOptions& /*options*/) {
  return std::make_unique<ObjectReader>(adapter::kSegmentCalls, "segment");
}

std::unique_ptr<RowReader> make_matomo_visits_reader(const FormatOptions& /*options*/) {
  return std::make_unique<ObjectReader>(kMatomoVisits, "matomo");
}

}  // namespace penstock::importing
