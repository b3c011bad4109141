#include "mutauscan/physics/oscillation_data.hpp"

#include "near.hpp"

namespace mutauscan {
namespace {

TEST(OscillationData, EqualsThePublishedTables) {
  const auto published = reference("nufit.json");
  std::size_t sets = 0;
  for (const auto& [release, orderings] : published.items())
    for (const auto& [name, values] : orderings.items()) {
      const OscillationData* set = find_oscillation_data(release + "/" + name);
      ASSERT_TRUE(set) << release << "/" << name;
      ++sets;
      EXPECT_EQ(set->ordering == Ordering::normal, name.substr(0, 2) == "NO");
      const auto compare = [&](const char* key, const FittedValue& value, double unit) {
        const auto& v = values.at(key);
        EXPECT_TRUE(relatively_near(value.best, unit * v.at("best").get<double>(), 1e-14)) << key;
        EXPECT_TRUE(relatively_near(value.minus, unit * v.at("minus").get<double>(), 1e-14)) << key;
        EXPECT_TRUE(relatively_near(value.plus, unit * v.at("plus").get<double>(), 1e-14)) << key;
        EXPECT_TRUE(relatively_near(value.lower_3sigma, unit * v.at("range3")[0].get<double>(), 1e-14))
            << key;
        EXPECT_TRUE(relatively_near(value.upper_3sigma, unit * v.at("range3")[1].get<double>(), 1e-14))
            << key;
      };
      compare("sin2_12", set->sin2_theta12, 1.0);
      compare("sin2_23", set->sin2_theta23, 1.0);
      compare("sin2_13", set->sin2_theta13, 1.0);
      compare("delta_deg", set->delta_deg, 1.0);
      compare("dm21_1e5", set->dm21_eV2, 1e-5);
      compare("dm3l_1e3", set->dm3l_eV2, 1e-3);
    }
  EXPECT_EQ(sets, oscillation_data_sets().size());
}

}  // namespace
}  // namespace mutauscan
