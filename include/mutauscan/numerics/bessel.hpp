#pragma once

namespace mutauscan {

/// e^z K_1(z) and e^z K_2(z), z > 0: no underflow for any z. Relative accuracy 1e-14.
struct ScaledBesselK {
  double k1, k2;
};
/// K_1 and K_2 times e^z, z > 0.
ScaledBesselK scaled_bessel_k(double z);

}  // namespace mutauscan
