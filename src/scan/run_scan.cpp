#include "mutauscan/scan/run_scan.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <spdlog/spdlog.h>

#include "mutauscan/io/run_directory.hpp"
#include "mutauscan/scan/crash_journal.hpp"
#include "mutauscan/scan/generations.hpp"
#include "mutauscan/scan/patience.hpp"
#include "mutauscan/scan/progress.hpp"
#include "mutauscan/scan/scheduler.hpp"
#include "mutauscan/scan/stop.hpp"
#include "mutauscan/scan/trial.hpp"
#include "mutauscan/scan/worker.hpp"

namespace mutauscan {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int most_ranks_with_computing_root = 8;
constexpr double status_interval_seconds = 5.0, first_status_seconds = 0.5;
constexpr std::chrono::microseconds longest_pause{5000};  // workers have a batch waiting: no hurry
// The scan gives up when this many points are done and more than half of them failed numerically.
constexpr std::uint64_t failures_judged_after = 1000;
constexpr std::uint64_t first_points = 100;  // tell what the scan will be like

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What `work` returns, or nothing after a failure of the file system, which is reported.
template <class Work>
auto unless_storage_fails(Work work) -> std::optional<decltype(work())> {
  try {
    return work();
  } catch (const StorageError& error) {
    spdlog::error("{}", error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    spdlog::error("{}", error.what());
  }
  return std::nullopt;
}

/// The state of rank 0 during a scan.
class Root {
 public:
  Root(const RunConfig& config, const ScanOptions& options, const MpiSession& session,
       const PointFunction& function)
      : config_(config),
        stop_(options.run, options.program_start, options.walltime_seconds),
        store_(
            options.run, config.identity(), config.output.store, session.size(), options.slice,
            [](const std::string& notice) { spdlog::info("{}", notice); }, options.accept_program),
        worker_(config, 0, function, options.run),
        pool_(session, worker_.layout()),
        computes_(session.size() <= most_ranks_with_computing_root),
        crashed_(points_given_up()),
        scheduler_(config.scan.is_adaptive() ? IndexSet()
                                             : IndexSet(store_.range()) - store_.done_at_start() - crashed_,
                   pool_.size() + (computes_ ? 1 : 0),
                   // Rows of an adaptive scan come as they are: rank 0 has to look at them.
                   config.scan.is_adaptive() ? block_rows - 1 : block_rows) {
    if (config.scan.is_adaptive()) {
      generations_.emplace(config.identity().config_json, store_.done_at_start());
      outcomes_.emplace(generations_->targets(), worker_.layout());
    }
    progress_.slice = options.slice;
    progress_.total = boost::icl::cardinality(store_.range());
    progress_.done = progress_.done_at_start = count(store_.done_at_start());
    progress_.ranks = session.size();
    const std::string last_status = store_.read_status();
    progress_.slowest_point_seconds = number_in_status(last_status, "slowest_point_seconds");
    progress_.earlier_points_per_second = number_in_status(last_status, "points_per_second");
  }

  ScanOutcome run() {
    const auto outcome = unless_storage_fails([&] { return work(); });
    if (outcome) return *outcome;
    spdlog::error("stopping; finished chunks are kept, and once {} can be written the same command resumes",
                  store_.path().string());
    if (dismissed_) return ScanOutcome::storage_failed;
    if (!stopping_) pool_.ask_to_stop();
    // Workers answer after the point in flight. Nothing can be done with a late answer, and some may be gone.
    Patience patience(longest_pause);
    const auto start = Clock::now();
    while (pool_.outstanding_total() > 0) {
      if (seconds_since(start) > 10.0) {
        spdlog::error("workers do not answer");
        abort_other_ranks(int(ScanOutcome::storage_failed));
      }
      if (!pool_.poll()) patience.wait();
    }
    pool_.dismiss();
    return ScanOutcome::storage_failed;
  }

 private:
  ScanOutcome work() {
    for (const std::string& remark : store_.remarks()) spdlog::warn("{}", remark);
    for (const DamagedFile& bad : store_.quarantined())
      spdlog::warn("damaged chunk moved to quarantine: {}: {}", bad.path.string(), bad.reason);
    if (progress_.done > 0)
      spdlog::info("resuming {}: {} of {} points are done", store_.path().string(), progress_.done,
                   progress_.total);

    start_ = Clock::now();
    if (generations_) {
      generations_->start();
      restore(*generations_, chunk_files(store_.path()), worker_.layout());
      stop_at_infinity();
      open_generations();
    } else {
      record_crashed(crashed_);
    }
    report("running");
    Patience patience(longest_pause);
    while (true) {
      bool idle = !receive();
      if (!stopping_) consider_stopping();
      if (generations_) open_generations();
      if (!stopping_) feed_workers();
      if (computes_ && !stopping_ && compute_one()) idle = false;
      write_if_due();
      if (pool_.outstanding_total() == 0 && !has_local_work() && (stopping_ || scheduler_.remaining() == 0))
        break;
      idle ? patience.wait() : patience.reset();
    }
    pool_.dismiss();
    dismissed_ = true;  // whatever happens from here on, nobody listens any more
    store_.flush();
    return finish();
  }

  /// Of the slice and not done: points that have crashed as often as is allowed.
  IndexSet points_given_up() const {
    IndexSet points;
    for (const auto& [index, crashes] : count_crashes(store_.path()))
      if (crashes >= crashes_allowed && boost::icl::contains(store_.range(), index) &&
          !boost::icl::contains(store_.done_at_start(), index))
        points += index;
    return points;
  }

  /// Hands out what may be computed now; members outside the prior, and points given up, are rows at once,
  /// which may complete a generation.
  void open_generations() {
    for (IndexSet opened = generations_->take_opened(); !opened.empty();
         opened = generations_->take_opened()) {
      record_crashed(opened & crashed_);
      opened -= crashed_;
      RowBlock rows(worker_.layout());
      IndexSet outside;
      for (const IndexRange& range : opened)
        for (std::uint64_t index = range.lower(); index < range.upper(); ++index)
          if (std::isnan(generations_->u_of(index)[0])) outside += IndexRange(index, index + 1);
      scheduler_.open(opened - outside);
      for (const IndexRange& range : outside)
        for (std::uint64_t index = range.lower(); index < range.upper(); ++index)
          worker_.evaluate_into(rows, index, generations_->u_of(index));
      take(rows);
    }
    progress_.total = generations_->rows();
  }

  std::vector<double> u_of(const IndexRange& range) const {
    std::vector<double> all;
    if (generations_)
      for (std::uint64_t index = range.lower(); index < range.upper(); ++index) {
        const auto u = generations_->u_of(index);
        all.insert(all.end(), u.begin(), u.end());
      }
    return all;
  }

  void record_crashed(const IndexSet& points) {
    RowBlock rows(worker_.layout());
    for (const IndexRange& range : points)
      for (std::uint64_t index = range.lower(); index < range.upper(); ++index) {
        spdlog::warn("point {} has crashed its process {} times: recorded as crashed, not tried again", index,
                     crashes_allowed);
        worker_.record_crashed(rows, index,
                               generations_ ? generations_->u_of(index) : std::span<const double>());
      }
    take(rows);
  }

  bool has_local_work() const { return !stopping_ && local_ && next_local_ < local_->upper(); }

  /// What workers have sent, but at most one batch of each: there is more to do than to listen.
  bool receive() {
    for (int received = 0; received < std::max(pool_.size(), 1); ++received) {
      auto result = pool_.poll();
      if (!result) return received > 0;
      accept(*result);
      if (!stopping_) feed(result->worker, 2);
    }
    return true;
  }

  void accept(BatchResult& result) {
    if (result.block) {
      learn(result.block->summary());
      store_.add(std::move(*result.block));
    } else {
      take(result.rows);
    }
    if (result.stopped && !stopping_) stop("worker " + std::to_string(result.worker) + " received a signal");
  }

  void take(const RowBlock& rows) {
    learn(summary_of(rows));
    store_.add(rows);
    if (!generations_) return;
    const std::size_t width = worker_.layout().width();
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      const auto values = std::span(rows.packed()).subspan(row * width, width);
      generations_->add(std::uint64_t(values[0]), outcomes_->outcome_of_row(values));
    }
    stop_at_infinity();
  }

  void stop_at_infinity() {
    if (!generations_->infinite_row() || stopping_) return;
    too_many_failures_ = true;
    stop("the log-likelihood of row " + std::to_string(*generations_->infinite_row()) +
         " is infinite, which is a defect of the model (`point --from RUN --index I` shows the row)");
  }

  void learn(const RowSummary& rows) {
    progress_.slowest_point_seconds = std::max(progress_.slowest_point_seconds, rows.slowest_seconds);
    scheduler_.learn(rows.wall_seconds, rows.rows);
    progress_.done += rows.rows;
  }

  void feed(int worker, int batches) {
    if (pool_.outstanding(worker) >= batches) return;
    if (const auto batch = scheduler_.next()) pool_.send(worker, {*batch, u_of(*batch)});
  }

  void feed_workers() {
    for (int batches = 1; batches <= 2; ++batches)  // one batch at work, one waiting
      for (int worker = 1; worker <= pool_.size(); ++worker) feed(worker, batches);
  }

  bool compute_one() {
    if (!has_local_work()) {
      local_ = scheduler_.next();
      if (!local_) return false;
      next_local_ = local_->lower();
    }
    local_rows_.clear();
    worker_.evaluate_into(local_rows_, next_local_, u_of({next_local_, next_local_ + 1}));
    ++next_local_;
    take(local_rows_);
    return true;
  }

  void consider_stopping() {
    // Points in flight finish and everything is written: the slowest point seen, on rank 0 and then on a
    // worker, with room for a slower one.
    const double margin = 1.0 + 3.0 * progress_.slowest_point_seconds + 2.0 * store_.slowest_write_seconds();
    if (const auto reason = stop_.check(margin)) stop(*reason);
    const auto outside = store_.by_status().find(int(Status::outside_prior));
    const std::uint64_t evaluated =
        progress_.done - (outside == store_.by_status().end() ? 0 : outside->second);
    if (evaluated >= failures_judged_after && 2 * count_defects(store_.by_status()) > evaluated) {
      too_many_failures_ = true;
      stop("more than half of the points failed numerically");
    }
  }

  void stop(const std::string& reason) {
    spdlog::warn("stopping: {}; points in flight are finished and written", reason);
    stopping_ = true;
    pool_.ask_to_stop();
  }

  void write_if_due() {
    store_.write_due(config_.output.flush_seconds);
    // Early ones follow each other closely: whoever asks in the first seconds is told.
    const double interval =
        std::clamp(0.5 * seconds_since(start_), first_status_seconds, status_interval_seconds);
    if (seconds_since(last_report_) >= interval) report("running");
    progress_.elapsed_seconds = seconds_since(start_);
    if (progress_.adaptive) {  // the rest costs a pass over all rows
      progress_.adaptive->generation = generations_->absorbed();
      progress_.adaptive->best_index = generations_->best_index();
      progress_.adaptive->best_loglike = generations_->best_loglike();
    }
    say_how_it_goes();
    display_.update(progress_);
  }

  void say_how_it_ended() const {
    const Generations& all = *generations_;
    spdlog::log(all.stop_reason() ? spdlog::level::info : spdlog::level::warn, "{}", all.how_it_stands());
    if (!all.best_index())
      spdlog::warn("no point with a finite likelihood among {}", all.rows());
    else
      spdlog::info("best ln L {:.10g}, row {}", all.best_loglike(), *all.best_index());
  }

  AdaptiveProgress adaptive_progress() const {
    AdaptiveProgress p;
    const Diagnostics diagnostics = generations_->sampler().diagnostics();
    p.stage = diagnostics.stage;
    p.criteria = diagnostics.criteria;
    p.results = diagnostics.results;
    p.generation = generations_->absorbed();
    p.points_at_most = config_.scan.points;
    p.finite = generations_->finite();
    p.converged = generations_->stop_reason() ? generations_->stop_reason()->text : "";
    p.best_index = generations_->best_index();
    p.best_loglike = generations_->best_loglike();
    if (p.best_index) {
      const auto u = generations_->best_u();
      const Point point = config_.space.at({u.begin(), u.end()});
      for (const Axis& axis : config_.space.axes)
        p.best.emplace_back(config_.model->kind().parameters[axis.parameter].name, point[axis.parameter]);
    }
    return p;
  }

  /// How the first points ended, once, and, at the end, that none is valid.
  void say_how_it_goes(bool final = false) {
    const bool is_due =
        !has_said_how_it_goes_ && progress_.done_at_start == 0 && progress_.done >= first_points;
    if (!is_due && !final) return;
    has_said_how_it_goes_ = true;
    const std::string warning = warning_if_none_is_valid(store_.by_status(), config_);
    if (!warning.empty())
      spdlog::warn("{}", warning);
    else if (!final)
      spdlog::info("{}", first_points_text(store_.by_status()));
  }

  void report(const std::string& state) {
    if (generations_) progress_.adaptive = adaptive_progress();
    progress_.by_status = store_.by_status();
    progress_.elapsed_seconds = seconds_since(start_);
    store_.write_status(progress_.json(state));
    last_report_ = Clock::now();
  }

  ScanOutcome finish() {
    const bool complete = generations_ ? generations_->is_complete() : progress_.done == progress_.total;
    if (generations_ && complete) say_how_it_ended();
    report(complete ? "complete" : too_many_failures_ ? "failed" : "stopped");
    display_.update(progress_, /*final=*/true);
    say_how_it_goes(/*final=*/true);
    if (complete) return ScanOutcome::complete;
    if (too_many_failures_) return ScanOutcome::too_many_failures;
    spdlog::info("incomplete; the same command resumes it");
    return ScanOutcome::incomplete;
  }

  const RunConfig& config_;
  StopConditions stop_;  // made first: what is touched while the run is opened counts
  RunDirectory store_;
  Worker worker_;
  WorkerPool pool_;
  bool computes_;
  IndexSet crashed_;
  Scheduler scheduler_;
  std::optional<Generations> generations_;  ///< of an adaptive scan
  std::optional<OutcomeReader> outcomes_;
  ScanProgress progress_;
  ProgressDisplay display_;
  std::optional<IndexRange> local_;
  std::uint64_t next_local_ = 0;
  RowBlock local_rows_{worker_.layout()};
  bool stopping_ = false, dismissed_ = false, too_many_failures_ = false, has_said_how_it_goes_ = false;
  Clock::time_point start_, last_report_;
};

}  // namespace

ScanOutcome run_scan(const RunConfig& config, const ScanOptions& options, const MpiSession& session,
                     const PointFunction& function) {
  const std::string oversubscription = session.oversubscription();
  if (!oversubscription.empty())
    spdlog::warn("{}: start fewer processes, or ask for more CPUs, else they wait for each other",
                 oversubscription);
  if (session.rank() == 0) {
    const auto root =
        unless_storage_fails([&] { return std::make_unique<Root>(config, options, session, function); });
    session.broadcast(root ? "open" : "");
    if (!root) return ScanOutcome::storage_failed;
    const ScanOutcome outcome = (*root)->run();
    session.broadcast(std::to_string(int(outcome)));
    return outcome;
  }
  if (session.broadcast("").empty()) return ScanOutcome::storage_failed;
  Worker worker(config, session.rank(), function, options.run);
  serve_batches(worker.layout(), config.output.store.compression,
                [&](RowBlock& rows, std::uint64_t index, std::span<const double> u) {
                  worker.evaluate_into(rows, index, u);
                });
  return ScanOutcome(std::stoi(session.broadcast("")));
}

}  // namespace mutauscan
