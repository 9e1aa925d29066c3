#include "operations.h"
void operation_ring_full(struct vcpu *vcpu) { (void)vcpu; }
void operation_coalesced(const struct machine *m, const struct kvm_coalesced_mmio *e) { (void)m; (void)e; }
