// A range at a glance: under a filter one scan says all that a chart and its tiles show, which
// asked one by one would each read the same columns.
#pragma once

#include "base/error.h"
#include "store/contract/queries.h"
#include "store/sqlite/charts.h"
#include "store/sqlite/newest_row.h"
#include "store/sqlite/visit_charts.h"

namespace penstock::store {

class OverviewChart {
 public:
  // Borrows all.
  OverviewChart(Charts& charts, VisitCharts& visit_charts, NewestRow& newest)
      : charts_(charts), visit_charts_(visit_charts), newest_(newest) {}

  Result<Overview> ask(const Range& range, const Step& step, const Filter& filter);

 private:
  Result<Overview> from_totals(const Range& range, const Step& step, const Filter& filter);
  Result<Overview> from_columns(const Range& range, const Step& step, const Filter& filter);

  Charts& charts_;
  VisitCharts& visit_charts_;
  NewestRow& newest_;
};

}  // namespace penstock::store
